"""What the numbers say, and where a chart draws them: values in, words and places out."""

from reports.rules.charts import Bar, BarChart, LineChart, Point, bar_chart, line_chart
from reports.rules.findings import Standing, Week, finding_of_waits, finding_of_weeks

__all__ = [
    "Bar",
    "BarChart",
    "LineChart",
    "Point",
    "Standing",
    "Week",
    "bar_chart",
    "finding_of_waits",
    "finding_of_weeks",
    "line_chart",
]
