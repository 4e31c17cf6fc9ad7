"""Ordnance Survey grid references as latitude and longitude, by the Survey's own formulas.

From "A guide to coordinate systems in Great Britain", annexes B and C. The projection is exact; the
turn to WGS84 is the seven-parameter one, right to about five metres: plenty for "how far is it?".
"""

from dataclasses import dataclass
from math import atan2, cos, degrees, hypot, pi, radians, sin, sqrt, tan


@dataclass(frozen=True)
class Ellipsoid:
    """The shape of the earth that a map was drawn on, in metres."""

    a: float
    b: float

    @property
    def e2(self) -> float:
        return 1 - (self.b / self.a) ** 2


AIRY = Ellipsoid(a=6_377_563.396, b=6_356_256.909)
WGS84 = Ellipsoid(a=6_378_137.000, b=6_356_752.3142)

# The national grid: scale on the central meridian, true origin, and what is added to it.
F0, PHI0, LAMBDA0, E0, N0 = 0.9996012717, radians(49), radians(-2), 400_000, -100_000
NEAR_ENOUGH = 1e-6  # metres of northing: the Survey's own example stops at a hundredth of one

# OSGB36 to WGS84: metres, parts per million, seconds of arc.
SHIFT = (446.448, -125.157, 542.060)
SCALE = -20.4894e-6
TURN = tuple(pi / 180 / 3600 * seconds for seconds in (0.1502, 0.2470, 0.8421))


def to_latitude_longitude(easting: float, northing: float) -> tuple[float, float]:
    """WGS84 latitude and longitude in degrees, as maps and telephones use them."""
    phi, lam = from_grid(easting, northing)
    return to_wgs84(phi, lam)


def from_grid(easting: float, northing: float) -> tuple[float, float]:
    """OSGB36 latitude and longitude in degrees: the projection undone."""
    phi = _latitude_below(northing)
    tan2, nu, rho = tan(phi) ** 2, _nu(phi), _rho(phi)
    eta2 = nu / rho - 1
    d = easting - E0
    vii = tan(phi) / (2 * rho * nu)
    viii = tan(phi) / (24 * rho * nu**3) * (5 + 3 * tan2 + eta2 - 9 * tan2 * eta2)
    ix = tan(phi) / (720 * rho * nu**5) * (61 + 90 * tan2 + 45 * tan2**2)
    sec = 1 / cos(phi)
    x = sec / nu
    xi = sec / (6 * nu**3) * (nu / rho + 2 * tan2)
    xii = sec / (120 * nu**5) * (5 + 28 * tan2 + 24 * tan2**2)
    xiia = sec / (5040 * nu**7) * (61 + 662 * tan2 + 1320 * tan2**2 + 720 * tan2**3)
    latitude = phi - vii * d**2 + viii * d**4 - ix * d**6
    longitude = LAMBDA0 + x * d - xi * d**3 + xii * d**5 - xiia * d**7
    return degrees(latitude), degrees(longitude)


def to_wgs84(latitude: float, longitude: float) -> tuple[float, float]:
    """OSGB36 degrees to WGS84 degrees, at the height of the ellipsoid."""
    phi, lam = radians(latitude), radians(longitude)
    nu = AIRY.a / sqrt(1 - AIRY.e2 * sin(phi) ** 2)
    x, y, z = nu * cos(phi) * cos(lam), nu * cos(phi) * sin(lam), (1 - AIRY.e2) * nu * sin(phi)
    rx, ry, rz = TURN
    s = 1 + SCALE
    x, y, z = (
        SHIFT[0] + s * x - rz * y + ry * z,
        SHIFT[1] + rz * x + s * y - rx * z,
        SHIFT[2] - ry * x + rx * y + s * z,
    )
    return degrees(_latitude_of(hypot(x, y), z)), degrees(atan2(y, x))


def _latitude_below(northing: float) -> float:
    """The latitude on the central meridian whose distance from the origin is the northing."""
    phi = PHI0
    gap = northing - N0
    while abs(gap) >= NEAR_ENOUGH:
        phi += gap / (AIRY.a * F0)
        gap = northing - N0 - _meridian_arc(phi)
    return phi


def _meridian_arc(phi: float) -> float:
    n = (AIRY.a - AIRY.b) / (AIRY.a + AIRY.b)
    less, more = phi - PHI0, phi + PHI0
    return (
        AIRY.b
        * F0
        * (
            (1 + n + 5 / 4 * n**2 + 5 / 4 * n**3) * less
            - (3 * n + 3 * n**2 + 21 / 8 * n**3) * sin(less) * cos(more)
            + (15 / 8 * n**2 + 15 / 8 * n**3) * sin(2 * less) * cos(2 * more)
            - 35 / 24 * n**3 * sin(3 * less) * cos(3 * more)
        )
    )


def _nu(phi: float) -> float:
    return AIRY.a * F0 / sqrt(1 - AIRY.e2 * sin(phi) ** 2)


def _rho(phi: float) -> float:
    return float(AIRY.a * F0 * (1 - AIRY.e2) / (1 - AIRY.e2 * sin(phi) ** 2) ** 1.5)


def _latitude_of(p: float, z: float) -> float:
    phi = atan2(z, p * (1 - WGS84.e2))
    while True:
        nu = WGS84.a / sqrt(1 - WGS84.e2 * sin(phi) ** 2)
        better = atan2(z + WGS84.e2 * nu * sin(phi), p)
        if abs(better - phi) < 1e-14:
            return better
        phi = better
