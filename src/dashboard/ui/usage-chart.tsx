import { useEffect, useRef } from "react";
import uPlot from "uplot";
import { axisTime, exactTime, number } from "../data/time";
import { text } from "../text";

interface Usage {
  step: "minute" | "hour" | "day";
  from: string;
  to: string;
  total: { ok: number; limited: number; denied: number };
  data: { start: string; ok: number; limited: number; denied: number }[];
}

const words = text.usage;
/** In pixels. */
const height = 220;
const steps = { minute: 60, hour: 3_600, day: 86_400 };

/** Requests over time, allowed and refused; the numbers first, and all of them in a table for who cannot see the picture. */
export function UsageChart({ usage }: { usage: Usage }) {
  const { ok, limited, denied } = usage.total;
  return (
    <>
      <dl className="figures">
        <div className="figure">
          <dt>{words.allowed}</dt>
          <dd>{number(ok)}</dd>
        </div>
        <div className="figure">
          <dt>{words.limited}</dt>
          <dd>{number(limited)}</dd>
        </div>
        <div className="figure">
          <dt>{words.denied}</dt>
          <dd>{number(denied)}</dd>
        </div>
      </dl>
      {ok + limited + denied === 0 ? (
        <p className="muted">{words.none}</p>
      ) : (
        <>
          <Plot usage={usage} />
          <p className="chart-legend" aria-hidden="true">
            <span className="swatch-1">{words.allowed}</span>
            <span className="swatch-2">{words.refused}</span>
          </p>
          <details className="more">
            <summary>{words.asTable}</summary>
            <table className="table">
              <caption className="visually-hidden">{words.asTable}</caption>
              <thead>
                <tr>
                  <th scope="col">{words.time}</th>
                  <th scope="col">{words.allowed}</th>
                  <th scope="col">{words.limited}</th>
                  <th scope="col">{words.denied}</th>
                </tr>
              </thead>
              <tbody>
                {usage.data.map((entry) => (
                  <tr key={entry.start}>
                    <td data-label={words.time}>{exactTime(entry.start)}</td>
                    <td data-label={words.allowed}>{number(entry.ok)}</td>
                    <td data-label={words.limited}>{number(entry.limited)}</td>
                    <td data-label={words.denied}>{number(entry.denied)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </details>
        </>
      )}
    </>
  );
}

/** Every step of the range, those without requests too. */
function series({ step, from, to, data }: Usage): [number[], number[], number[]] {
  const length = steps[step];
  const first = Math.floor(Date.parse(from) / 1000 / length) * length;
  const last = Math.floor(Date.parse(to) / 1000 / length) * length;
  const counts = new Map(data.map((entry) => [Date.parse(entry.start) / 1000, entry]));
  const times: number[] = [];
  for (let time = first; time <= last; time += length) times.push(time);
  return [
    times,
    times.map((time) => counts.get(time)?.ok ?? 0),
    times.map((time) => {
      const entry = counts.get(time);
      return entry ? entry.limited + entry.denied : 0;
    }),
  ];
}

function Plot({ usage }: { usage: Usage }) {
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = frame.current!;
    let plot = draw(usage, element);
    const stop = whenColorsChange(() => {
      plot.destroy();
      plot = draw(usage, element);
    });
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    return () => {
      stop();
      observer.disconnect();
      plot.destroy();
    };
  }, [usage]);
  return <div className="chart" ref={frame} aria-hidden="true" />;
}

/** A picture in the colors of this moment. */
function draw(usage: Usage, element: HTMLElement): uPlot {
  const color = (name: string) => getComputedStyle(element).getPropertyValue(name).trim();
  const axis = { stroke: color("--muted"), grid: { stroke: color("--line"), width: 1 }, ticks: { show: false } };
  const bars = uPlot.paths.bars!({ size: [0.7, 24], gap: 1 });
  return new uPlot(
    {
      width: element.clientWidth,
      height,
      // The last time stands below the end of the axis, and half of it beyond.
      padding: [null, 32, null, null],
      cursor: { show: false },
      legend: { show: false },
      scales: { y: { range: (_plot, _min, max) => [0, Math.max(max, 4)] } },
      axes: [
        {
          ...axis,
          grid: { show: false },
          size: 32,
          space: 64,
          values: (_plot, values) => values.map((seconds) => axisTime(new Date(seconds * 1000))),
        },
        {
          ...axis,
          size: 48,
          values: (_plot, values) => values.map((value) => (Number.isInteger(value) ? number(value) : "")),
        },
      ],
      series: [
        {},
        { fill: color("--chart-1"), width: 0, paths: bars, points: { show: false } },
        { fill: color("--chart-2"), width: 0, paths: bars, points: { show: false } },
      ],
    },
    series(usage),
    element,
  );
}

/** Other colors come from the system, from the choice in the menu, and on paper. */
function whenColorsChange(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  const media = ["(prefers-color-scheme: dark)", "print"].map((query) => matchMedia(query));
  for (const query of media) query.addEventListener("change", listener);
  return () => {
    observer.disconnect();
    for (const query of media) query.removeEventListener("change", listener);
  };
}
