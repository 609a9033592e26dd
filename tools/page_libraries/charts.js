// What of Apache ECharts the page draws with: lines, bars and points, as SVG.
import { init, registerMap, use } from "echarts/core";
import { BarChart, LineChart, ScatterChart } from "echarts/charts";
import { AriaComponent, GeoComponent, GridComponent, TooltipComponent } from "echarts/components";
import { LabelLayout } from "echarts/features";
import { SVGRenderer } from "echarts/renderers";

use([
  AriaComponent,
  BarChart,
  GeoComponent,
  GridComponent,
  LabelLayout,
  LineChart,
  ScatterChart,
  SVGRenderer,
  TooltipComponent,
]);

export { init, registerMap };
