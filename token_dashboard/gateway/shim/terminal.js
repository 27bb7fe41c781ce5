/** `openclaw tokens …`: Python's own command line, with the same words and the same terminal. */
import { startPython } from "./child.js";
import { pythonProgram } from "./python.js";

const SETTINGS = 3; // the pipe behind the three that every process has

export function addTokens(program, api, { name, description }) {
  program
    .command(`${name} [words...]`)
    .description(description)
    .helpOption(false)
    .allowUnknownOption()
    .action(async (words) => {
      try {
        process.exitCode = await runTokens(api.pluginConfig ?? {}, words);
      } catch (error) {
        process.stderr.write(`${error.message}\n`);
        process.exitCode = 1;
      }
    });
}

/** Resolves to the exit code. The plugin's settings go over a pipe, since keys may stand in them. */
function runTokens({ python, ...settings }, words) {
  const leaveCtrlCToPython = () => {};
  process.on("SIGINT", leaveCtrlCToPython);
  return new Promise((resolve, reject) => {
    const said = ["--host-config", String(SETTINGS), ...words];
    const child = startPython(pythonProgram(python), said, ["inherit", "inherit", "inherit", "pipe"]);
    child.once("error", reject);
    child.stdio[SETTINGS]?.on("error", () => {}); // it may end before it has read them
    child.stdio[SETTINGS]?.end(JSON.stringify(settings));
    child.once("exit", (code, signal) => resolve(code ?? (signal === "SIGINT" ? 130 : 143)));
  }).finally(() => process.off("SIGINT", leaveCtrlCToPython));
}
