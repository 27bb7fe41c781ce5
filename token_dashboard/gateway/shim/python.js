/** Finds the Python program. It reads the environment and looks at files, and starts nothing. */
import { accessSync, constants } from "node:fs";
import path from "node:path";

export const ADVICE =
  "token-dashboard's Python program was not found. Install token-dashboard for Python 3.11 or newer, " +
  "then run: tokens openclaw install";

/** The command line that `openclaw bridge` or a command's words are added to. Throws ADVICE. */
export function pythonProgram(configured) {
  const python = configured || process.env.TOKEN_DASHBOARD_PYTHON;
  // -P: a folder that the gateway happens to run in is no place to import from.
  if (python) return [python, "-P", "-u", "-m", "token_dashboard"];
  const script = onPath(process.platform === "win32" ? "token-dashboard.exe" : "token-dashboard");
  if (script) return [script];
  throw new Error(ADVICE);
}

function onPath(name) {
  return (process.env.PATH ?? "")
    .split(path.delimiter)
    .filter(path.isAbsolute)
    .map((folder) => path.join(folder, name))
    .find(isProgram);
}

function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
