from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0004_tally"),
    ]

    operations = [
        migrations.AddField(
            model_name="outgoingemail",
            name="trace",
            field=models.CharField(db_default="", max_length=49),
        ),
    ]
