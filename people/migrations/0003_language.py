from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0002_erasing'),
    ]

    operations = [
        migrations.AddField(
            model_name='person',
            name='chosen_language',
            field=models.CharField(blank=True, db_default='', default='', max_length=8, verbose_name='language'),
        ),
    ]
