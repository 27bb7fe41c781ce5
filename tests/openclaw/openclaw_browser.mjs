/**
 * Opens the Control UI's tab in a browser, once a colour scheme, and looks at it as a person would.
 * Started in the folder that has playwright-core, with one argument: {browser, url, path, folder}.
 * Prints what was seen, by scheme; the pictures go to `folder`.
 */
import { createRequire } from "node:module";

const { chromium } = createRequire(`${process.cwd()}/`)("playwright-core");
const { browser: executablePath, url, path, folder } = JSON.parse(process.argv[2]);
const PATIENCE_MS = 45_000;

const browser = await chromium.launch({
  executablePath,
  headless: true,
  // It runs without a sandbox of its own, as root does in containers; it sees nothing but the loopback gateway.
  args: ["--no-sandbox", "--no-zygote", "--disable-gpu", "--disable-dev-shm-usage"],
});
const seen = {};
for (const colorScheme of ["light", "dark"]) {
  const context = await browser.newContext({ colorScheme, viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  const requests = [];
  const complaints = [];
  page.on("request", (request) => requests.push(request.url()));
  page.on("websocket", (socket) => requests.push(socket.url()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => isOurs(message.location().url) && complaints.push(message.text()));
  await page.goto(url, { timeout: PATIENCE_MS });
  const frame = await ours(page);
  await frame.waitForLoadState("load", { timeout: PATIENCE_MS });
  await page.waitForTimeout(500); // what animates has come to rest
  await page.screenshot({ path: `${folder}/${colorScheme}.png` });
  const body = await frame.$("body");
  seen[colorScheme] = {
    requests,
    complaints,
    text: await body.innerText(),
    background: await body.evaluate((element) => getComputedStyle(element).backgroundColor),
    sideways: await body.evaluate((element) => element.scrollWidth > innerWidth),
  };
  await context.close();
}
await browser.close();
process.stdout.write(JSON.stringify(seen));

/** The frame that the gateway shows our page in. */
async function ours(page) {
  const until = Date.now() + PATIENCE_MS;
  while (Date.now() < until) {
    const frame = page.frames().find((one) => isOurs(one.url()));
    if (frame) return frame;
    await page.waitForTimeout(100);
  }
  throw new Error(`no frame shows ${path}; there are ${page.frames().map((one) => one.url())}`);
}

/** Not the page by which the gateway tries out its cookie before. */
function isOurs(address) {
  if (!URL.canParse(address)) return false;
  const { pathname, search } = new URL(address);
  return pathname.startsWith(path) && !search.includes("__openclaw");
}
