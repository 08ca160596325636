"""The reviewer's desk: one page to find what waits, one to judge it and act."""
