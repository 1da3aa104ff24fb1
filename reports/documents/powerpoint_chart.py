"""Lying bars of `reports.drawing` as a native chart of PowerPoint, with its numbers in a sheet that people can edit."""

from typing import TYPE_CHECKING, Any

from reports import style
from reports.documents.slides import SMALL_SIZE, Box
from reports.drawing import Bars

if TYPE_CHECKING:
    from pptx.slide import Slide as Page

# Points for thousands and a comma for decimals, whatever the language of the computer that shows the chart.
COUNT_FORMAT = r"[>=1000000]#\.###\.##0;[>=1000]#\.##0;0"
FORMATS = {"count": COUNT_FORMAT, "share": "0%", "real": COUNT_FORMAT}


def add(page: "Page", name: str, bars: Bars, alt: str, box: Box) -> None:
    """Puts the chart on a page. alt: what it shows, for a reader who cannot see it."""
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE
    from pptx.util import Inches

    data = CategoryChartData(number_format=FORMATS[bars.unit])
    data.categories = list(bars.names)
    for series in bars.series:
        data.add_series(series.name, list(series.values))
    left, top, wide, high = (Inches(part) for part in (box.left, box.top, box.wide, box.high))
    frame: Any = page.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, left, top, wide, high, data)  # type: ignore[arg-type]
    frame.name = name
    frame._element.nvGraphicFramePr.cNvPr.set("descr", alt)
    _dress(frame.chart, bars)


def _dress(chart: Any, bars: Bars) -> None:
    from pptx.dml.color import RGBColor
    from pptx.enum.chart import XL_LABEL_POSITION, XL_LEGEND_POSITION
    from pptx.util import Pt

    look = style.LIGHT
    chart.font.size, chart.font.name = Pt(SMALL_SIZE), "Arial"
    chart.font.color.rgb = RGBColor.from_string(look.text[1:])
    chart.has_title = True
    chart.chart_title.include_in_layout = False
    line = chart.chart_title.text_frame.paragraphs[0]
    line.text = bars.value_title
    line.font.size, line.font.bold = Pt(SMALL_SIZE), False
    chart.has_legend = len(bars.series) > 1
    if chart.has_legend:
        chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.TOP, False
    plot = chart.plots[0]
    plot.gap_width, plot.overlap, plot.vary_by_categories = 45, -5, False
    plot.has_data_labels = True
    labels = plot.data_labels
    labels.number_format, labels.number_format_is_linked = FORMATS[bars.unit], False
    labels.position, labels.show_value = XL_LABEL_POSITION.OUTSIDE_END, True
    for place, series in enumerate(plot.series):
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = RGBColor.from_string(look.series[place][1:])
        series.invert_if_negative = False
    # The numbers stand at the bars: an axis of numbers would say them twice.
    chart.value_axis.visible = False
    chart.value_axis.has_major_gridlines = False
    chart.value_axis.minimum_scale = 0
    chart.category_axis.format.line.color.rgb = RGBColor.from_string(look.grid[1:])
    chart.category_axis.has_major_gridlines = False
    # The first name on top, as in the drawing.
    chart.category_axis.reverse_order = True
