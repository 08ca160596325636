"""What `manage.py doctor` looks at: one module for each neighbour that the product leans on."""
