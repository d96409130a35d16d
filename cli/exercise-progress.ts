// What does one see while a program is exercised? On a terminal one line that is written over, elsewhere a line for each thing that
// happens; on the standard error, because the standard output is the program's and the report's.

import type { ExerciseProgress } from "../index.ts";

const twoDigits = (number: number) => String(number).padStart(2, "0");

/** `5:45:07` since the beginning, in simulated time. */
function elapsed({ elapsedSeconds }: ExerciseProgress): string {
  const seconds = Math.floor(elapsedSeconds);
  const minutes = Math.floor(seconds / 60);
  return `${Math.floor(minutes / 60)}:${twoDigits(minutes % 60)}:${twoDigits(seconds % 60)}`;
}

const CLEAR_LINE = "\r\x1b[2K";

export interface ProgressLine {
  show(progress: ExerciseProgress): void;
  /** Takes the line away that would be written over. */
  end(): void;
}

/** Shows each event as a line that stays; on a terminal the time goes on below. */
export function progressLine(stream: NodeJS.WriteStream): ProgressLine {
  const clear = stream.isTTY ? CLEAR_LINE : "";
  return {
    show(progress) {
      const { event } = progress;
      if (event !== undefined) stream.write(`${clear}${elapsed(progress)} ${event}\n`);
      else if (stream.isTTY) stream.write(`${CLEAR_LINE}${elapsed(progress)}`);
    },
    end: () => void stream.write(clear),
  };
}
