"""Kinds, class sets, and who has them when."""

import datetime as dt
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from loans.models import Asset, Custody, Kind
from tests.factories.people import SchoolFactory


class KindFactory(DjangoModelFactory):
    """Class sets of thirty ukuleles."""

    class Meta:
        model = Kind
        django_get_or_create = ("slug",)

    slug = "ukulele-class-set"
    name = "Class set of ukuleles"
    pieces = 32
    replacement_value = Decimal("960.00")


class AssetFactory(DjangoModelFactory):
    class Meta:
        model = Asset

    kind = factory.SubFactory(KindFactory)
    tag = factory.Sequence("UKE-SET-{:02}".format)


class CustodyFactory(DjangoModelFactory):
    """Promised to a school through 2026-27."""

    class Meta:
        model = Custody

    asset = factory.SubFactory(AssetFactory)
    school = factory.SubFactory(SchoolFactory)
    first_on = dt.date(2026, 9, 3)
    last_on = dt.date(2027, 7, 21)
    status = Custody.Status.ALLOCATED
