/** The one place that starts a process. It knows neither the network nor the environment. */
import { spawn } from "node:child_process";

/** Python's program, with these words; `stdio` as Node names it. */
export function startPython([program, ...options], words, stdio) {
  return spawn(program, [...options, ...words], { stdio, windowsHide: true });
}
