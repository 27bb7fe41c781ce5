/** `openclaw tokens …`: Python's own command line, with the same words and the same terminal. */
import { startPython } from "./child.js";
import { pythonProgram } from "./python.js";

export function addTokens(program, api, { name, description }) {
  program
    .command(`${name} [words...]`)
    .description(description)
    .helpOption(false)
    .allowUnknownOption()
    .action(async (words) => {
      try {
        process.exitCode = await runTokens(pythonProgram(api.pluginConfig?.python), words);
      } catch (error) {
        process.stderr.write(`${error.message}\n`);
        process.exitCode = 1;
      }
    });
}

/** Resolves to the exit code. */
function runTokens(python, words) {
  const leaveCtrlCToPython = () => {};
  process.on("SIGINT", leaveCtrlCToPython);
  return new Promise((resolve, reject) => {
    const child = startPython(python, words, "inherit");
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve(code ?? (signal === "SIGINT" ? 130 : 143)));
  }).finally(() => process.off("SIGINT", leaveCtrlCToPython));
}
