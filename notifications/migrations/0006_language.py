"""The language of each letter; those promised before were all in English."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0005_trace")]

    operations = [
        migrations.AddField(
            model_name="outgoingemail",
            name="language",
            field=models.CharField(db_default="en", default="en", max_length=8),
        ),
    ]
