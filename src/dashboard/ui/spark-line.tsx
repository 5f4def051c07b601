import { number } from "../data/time";

const width = 60;
const height = 20;

/** Counts over time as a line of a table row; the number beside it says the same in words. */
export function SparkLine({ counts, total, label }: { counts: readonly number[]; total: number; label: string }) {
  const most = Math.max(...counts, 1);
  const step = width / Math.max(1, counts.length - 1);
  const points = counts.map((count, index) => {
    const y = height - 1 - (count / most) * (height - 3);
    return `${(index * step).toFixed(1)},${y.toFixed(1)}`;
  });
  return (
    <span className="row spark" title={label}>
      <svg viewBox={`0 0 ${width} ${height}`} width={width} height={height} aria-hidden="true">
        <polyline points={points.join(" ")} data-idle={total === 0 || undefined} />
      </svg>
      <span className="number small">{number(total)}</span>
    </span>
  );
}
