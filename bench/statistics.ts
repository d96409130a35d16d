// What do many rounds say together? The best, the median and the quartiles.

export interface Spread {
  readonly best: number;
  readonly lowerQuartile: number;
  readonly median: number;
  readonly upperQuartile: number;
}

/** Of figures where more is better. Quantiles lie between two figures where no figure is exactly there. */
export function spreadOf(figures: readonly number[]): Spread {
  const sorted = [...figures].sort((a, b) => a - b);
  const quantile = (part: number) => {
    const place = part * (sorted.length - 1);
    const [low, high] = [sorted[Math.floor(place)] as number, sorted[Math.ceil(place)] as number];
    return low + (high - low) * (place - Math.floor(place));
  };
  return { best: quantile(1), lowerQuartile: quantile(0.25), median: quantile(0.5), upperQuartile: quantile(0.75) };
}
