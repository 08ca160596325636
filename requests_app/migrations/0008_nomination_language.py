"""The language in which the authorizer of each nomination is written to; those before it were all in English."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0007_reasons_given_often")]

    operations = [
        migrations.AddField(
            model_name="nomination",
            name="language",
            field=models.CharField(db_default="en", default="en", max_length=8),
        ),
    ]
