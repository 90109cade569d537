// Charts from the JSON beside them; colours come from the theme, every point leads to its rows.
"use strict";
(function () {
  const figures = () => document.querySelectorAll("figure[data-chart]:not([data-drawn])");
  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  // Five colours that are told apart in both themes, also without seeing red and green.
  const COLOURS = { light: ["#1d5bc4", "#c2620a", "#0f7a68", "#8a3fa8", "#6b7480"], dark: ["#7db0ff", "#f0a45a", "#4fc4ae", "#cf94e6", "#a8b2bd"] };

  function option(data, onPaper) {
    const dark = !onPaper && document.documentElement.dataset.bsTheme === "dark";
    const [text, muted, line, surface] = onPaper ? ["#000", "#444", "#c4c8cd", "#fff"]
      : [css("--text"), css("--muted"), css("--line"), css("--surface")];
    const lang = document.documentElement.lang || "en";
    const say = (value) => value === null || value === undefined ? "–" :
      new Intl.NumberFormat(lang, { maximumFractionDigits: 2 }).format(value) + (data.unit ? " " + data.unit : "");
    const short = (value) => new Intl.NumberFormat(lang, { notation: "compact", maximumFractionDigits: 1 }).format(value);
    const common = {
      color: COLOURS[dark ? "dark" : "light"], animation: false, aria: { enabled: true },
      textStyle: { fontFamily: css("--font"), color: text, fontSize: 12 },
      tooltip: { renderMode: "richText", trigger: data.kind === "donut" ? "item" : "axis", confine: true, backgroundColor: surface,
        borderColor: line, textStyle: { color: text, fontSize: 12 }, axisPointer: { type: "shadow", shadowStyle: { color: "rgba(128,128,128,.08)" } }, valueFormatter: say },
    };
    if (data.kind === "donut") {
      return Object.assign(common, { series: [{ type: "pie", radius: ["52%", "76%"], itemStyle: { borderColor: surface, borderWidth: 2 },
        label: { color: text, formatter: "{b}\n{d} %", lineHeight: 16 }, labelLine: { lineStyle: { color: line } },
        data: data.labels.map((name, i) => ({ name, value: data.series[0].values[i], href: (data.series[0].hrefs || [])[i] })) }] });
    }
    const category = { type: "category", data: data.labels, axisLine: { lineStyle: { color: line } }, axisTick: { show: false }, axisLabel: { color: muted, hideOverlap: true, width: data.horizontal ? 120 : undefined, overflow: "truncate" }, inverse: Boolean(data.horizontal) };
    const value = { type: "value", min: (v) => Math.min(0, v.min), axisLabel: { color: muted, formatter: short, hideOverlap: true }, splitLine: { lineStyle: { color: line } }, splitNumber: 4 };
    const ends = data.kind === "line" && data.series.length <= 5;
    const legend = data.series.length > 1 && !ends;
    return Object.assign(common, {
      grid: { left: 4, right: ends ? 92 : data.direct && data.horizontal ? 50 : 14, top: legend ? 30 : 12, bottom: 4, containLabel: true },
      legend: legend ? { top: 0, left: 0, itemWidth: 12, itemHeight: 8, textStyle: { color: muted } } : undefined,
      xAxis: data.horizontal ? value : category, yAxis: data.horizontal ? category : value,
      series: data.series.map((one) => ({
        name: one.name, type: one.kind || data.kind, stack: data.stacked ? "all" : undefined, barMaxWidth: 28, symbol: "circle", symbolSize: 5, lineStyle: { width: 2, type: one.dashed ? "dashed" : "solid" },
        endLabel: ends ? { show: true, formatter: "{a}", color: text, width: 84, overflow: "truncate" } : undefined,
        label: data.direct ? { show: true, position: data.horizontal ? "right" : "top", color: muted, formatter: (p) => short(p.value) } : undefined,
        data: one.values.map((v, i) => ({ value: v, href: (one.hrefs || [])[i] })), connectNulls: false,
      })),
    });
  }

  function draw(figure) {
    const area = figure.querySelector(".chart-area");
    const data = JSON.parse(document.getElementById(figure.dataset.chart).textContent);
    const chart = window.echarts.init(area, null, { renderer: "canvas" });
    const paint = () => chart.setOption(option(data, false), true);
    const paper = window.matchMedia("print");
    paper.addEventListener("change", () => { chart.resize(); chart.setOption(option(data, paper.matches), true); });
    figure.dataset.drawn = "1";
    paint();
    chart.on("click", (point) => { if (point.data && point.data.href) location.assign(point.data.href); });
    new ResizeObserver(() => chart.resize()).observe(area);
    new MutationObserver(paint).observe(document.documentElement, { attributes: true, attributeFilter: ["data-bs-theme"] });
  }

  let loading = false;
  function all() {
    const waiting = figures();
    if (!waiting.length) return;
    if (window.echarts) { waiting.forEach(draw); return; }
    if (loading) return;
    loading = true;
    const script = document.createElement("script");
    script.src = document.querySelector("meta[name=echarts]").content;
    script.onload = all;
    document.head.append(script);
  }
  all();
  document.addEventListener("house:part", all);
})();
