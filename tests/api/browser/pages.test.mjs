// The pages of a server in Debian's Chromium.
//
//   node pages.test.mjs PUBLISHED SYNTHETIC [SCREENSHOTS]
//
// PUBLISHED is a server with the published data, SYNTHETIC one with a generated ecosystem. Screenshots of
// each page go to the folder, where one is named.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";

import AxeBuilder from "@axe-core/playwright";
import { chromium } from "playwright-core";

const [published, synthetic, screenshots] = process.argv.slice(2);
const LANGUAGES = ["en", "fr", "nl"];
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  // Root has no sandbox.
  args: process.getuid() === 0 ? ["--no-sandbox"] : [],
});

/** A context in which a request to any other host fails the test. */
async function context(options = {}) {
  const made = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  await made.route("**/*", (route) => {
    const { host } = new URL(route.request().url());
    assert.ok([published, synthetic].some((url) => new URL(url).host === host), `a request to ${host}`);
    return route.continue();
  });
  return made;
}

const ask = async (server, query) => {
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`${server}/graphql`, { method: "POST", headers, body: JSON.stringify({ query }) });
  return (await answer.json()).data;
};

const { organizations, sources } = await ask(
  published,
  `{ organizations(search: "permafungi", first: 1) { nodes { id } } sources(first: 1) { nodes { id } } }`,
);
const { clusters, statistics } = await ask(
  synthetic,
  `{ clusters(first: 1, orderBy: [{ field: MEMBERS, direction: DESC }]) { nodes { slug } }
     statistics { exits(period: { from: "1990-01-01", to: "2026-01-01" }) { rows {
       memberships(first: 1) { nodes { organization { id } } } } } } }`,
);
const large = `/c/${clusters.nodes[0].slug}`;
const left = statistics.exits.rows.flatMap(({ memberships }) => memberships.nodes)[0].organization.id;

/** Every page: its name, its server and its address. */
const PAGES = [
  ["ecosystem", published, "/"],
  ["cluster", published, "/c/circlemade"],
  ["answer", published, "/c/circlemade/answer?asOf=2023-12-14"],
  ["members", published, "/c/circlemade/members?asOf=2018-06-01"],
  ["criteria", published, "/c/circlemade/criteria"],
  ["compare", published, "/compare?c=biowin,skywin,greenwin,circlemade"],
  ["figures", published, "/figures?c=circlemade,biowin"],
  ["changes", published, "/changes?from=2018-01-01&to=2024-01-01"],
  ["revisions", published, "/changes?fromRevision=0&toRevision=1"],
  ["source", published, `/s/${sources.nodes[0].id}`],
  ["organization-published", published, `/o/${organizations.nodes[0].id}`],
  ["missing", published, "/c/none"],
  ["cluster-large", synthetic, large],
  ["flow", synthetic, `${large}/flow`],
  ["left", synthetic, `${large}/left`],
  ["criteria-large", synthetic, `${large}/criteria`],
  ["organization", synthetic, `/o/${left}`],
];

const inLanguage = (address, language) => `${address}${address.includes("?") ? "&" : "?"}lang=${language}`;

async function isAccessible() {
  const violations = [];
  for (const [width, colorScheme] of [[360, "light"], [1280, "light"], [1280, "dark"]]) {
    const wide = await context({ viewport: { width, height: 900 }, colorScheme, reducedMotion: "reduce" });
    const page = await wide.newPage();
    for (const [name, server, address] of PAGES) {
      // Colours are the same in every language.
      for (const language of colorScheme === "dark" ? ["en"] : LANGUAGES) {
        await page.goto(server + inLanguage(address, language));
        assert.equal(await page.locator("html").getAttribute("lang"), language);
        const across = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(across <= 0, `${name} at ${width} px is ${across} px too wide`);
        // What is closed is looked at too.
        await page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));
        const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
        const found = await new AxeBuilder({ page }).withTags(tags).analyze();
        for (const { id, help, nodes } of found.violations) {
          violations.push(`${name} ${language} ${width} ${colorScheme}: ${id}: ${help}: ${nodes[0].html.slice(0, 200)}`);
        }
      }
    }
    await wide.close();
  }
  assert.deepEqual(violations, []);
}

async function worksWithoutScript() {
  const plain = await context({ javaScriptEnabled: false });
  const page = await plain.newPage();
  for (const [name, server, address] of PAGES) {
    await page.goto(server + inLanguage(address, "fr"));
    assert.equal(await page.locator("h1").count(), 1, name);
  }
  await page.goto(`${published}/c/circlemade/answer?asOf=2023-12-14&lang=en`);
  // The date, by the form.
  await page.fill('input[name="asOf"]', "2018-05-25");
  await page.click("form.when button");
  assert.match(page.url(), /asOf=2018-05-25/);
  assert.match(await page.locator("#answer").innerText(), /27 partners/);
  assert.equal(await page.locator("button[data-copy]").isVisible(), false, "what needs a script is hidden");
  // The rows behind a number open, and lead to their organizations and back.
  await page.locator("details.rows summary").first().click();
  await page.locator("details.rows li a").first().click();
  assert.match(page.url(), /\/o\/organization_/);
  await page.goBack();
  assert.match(page.url(), /answer\?/);
  // Search.
  await page.goto(`${published}/?lang=en`);
  await page.fill('input[name="search"]', "made");
  await page.click("form[role=search] button");
  assert.match(page.url(), /search=made/);
  assert.equal(await page.locator("tbody tr").count(), 1);
  await plain.close();
}

async function theScriptHelps() {
  const made = await context({ permissions: ["clipboard-read", "clipboard-write"] });
  const page = await made.newPage();
  const faults = [];
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
  await page.goto(`${published}/c/circlemade/answer?asOf=2023-12-14&lang=en`);
  // The slider, by the keys: the address and the page follow.
  const slider = page.locator('form.when input[type="range"]');
  await slider.focus();
  await page.keyboard.press("ArrowLeft");
  await page.waitForURL(/asOf=2023-12-13/);
  await page.waitForFunction(() => document.querySelector(".basis").textContent.includes("13 December 2023"));
  assert.equal(await page.locator('input[name="asOf"]').inputValue(), "2023-12-13");
  // Back by the button of the browser.
  await page.goBack();
  await page.waitForFunction(() => document.querySelector(".basis").textContent.includes("14 December 2023"));
  // The text is copied.
  await page.locator("details.copy summary").click();
  await page.locator("button[data-copy]").click();
  await page.waitForSelector("button[data-done]");
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  assert.match(copied, /35 effective members/);
  // Drill to rows, and back.
  await page.goto(`${synthetic}${large}/flow?lang=en`);
  const segment = page.locator("svg.plot a").first();
  const told = await segment.getAttribute("aria-label");
  await segment.focus();
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/changes\?/);
  const number = Number(told.match(/([\d,]+)$/)[1].replaceAll(",", ""));
  const caption = await page.locator("table caption").innerText();
  assert.equal(Number(caption.match(/([\d,]+)$/)[1].replaceAll(",", "")), number, "as many rows as the segment says");
  await page.goBack();
  await page.waitForURL(/\/flow/);
  // Search, in place.
  await page.goto(`${published}/?lang=en`);
  await page.fill('input[name="search"]', "win");
  await page.keyboard.press("Enter");
  await page.waitForURL(/search=win/);
  await page.waitForFunction(() => document.querySelector("caption")?.textContent.match(/\d+/)[0] < 10);
  await page.goBack();
  await page.waitForFunction(() => document.querySelector("caption")?.textContent.match(/\d+/)[0] > 20);
  assert.deepEqual(faults, []);
  await made.close();
}

async function isReachedByKeys() {
  const made = await context();
  const page = await made.newPage();
  await page.goto(`${synthetic}${large}?lang=en`);
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "main");
  const reached = new Set();
  for (let count = 0; count < 400; count += 1) {
    await page.keyboard.press("Tab");
    reached.add(await page.evaluate(() => {
      const { tagName } = document.activeElement;
      return document.activeElement.closest("svg") ? "plot" : tagName.toLowerCase();
    }));
  }
  for (const expected of ["plot", "a", "input", "select", "summary", "button"]) {
    assert.ok(reached.has(expected), `no ${expected} among ${[...reached]}`);
  }
  await made.close();
}

async function isPrinted() {
  const made = await context();
  const page = await made.newPage();
  await page.goto(`${published}/c/circlemade/answer?asOf=2023-12-14&lang=fr`);
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  const printed = await page.pdf({ format: "A4" });
  assert.ok(printed.length > 10_000, `${printed.length} bytes`);
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.locator(".head").isVisible(), false, "the way to other pages is not printed");
  assert.ok(await page.locator("details.rows li").first().isVisible(), "the rows are printed");
  assert.ok(await page.locator(".basis").isVisible(), "the day is printed");
  await made.close();
}

async function fitsWideScreens() {
  for (const width of [360, 800, 2560]) {
    const made = await context({ viewport: { width, height: 1200 } });
    const page = await made.newPage();
    await page.goto(`${synthetic}${large}?lang=nl`);
    const across = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(across <= 0, `${across} px too wide at ${width}`);
    await made.close();
  }
}

async function isShown() {
  mkdirSync(screenshots, { recursive: true });
  const made = await context({ reducedMotion: "reduce" });
  const page = await made.newPage();
  const unwanted = ["cluster", "criteria-large", "missing", "organization-published"];
  for (const [name, server, address] of PAGES.filter(([name]) => !unwanted.includes(name))) {
    const language = LANGUAGES[PAGES.findIndex(([other]) => other === name) % LANGUAGES.length];
    await page.goto(server + inLanguage(address, language));
    const height = await page.evaluate(() => Math.min(document.documentElement.scrollHeight, 900));
    await page.setViewportSize({ width: 1280, height });
    const picture = await page.screenshot({ path: `${screenshots}/${name}.png` });
    assert.ok(picture.length < 200_000, `${name}.png has ${picture.length} bytes`);
  }
  await made.close();
}

try {
  for (const step of [worksWithoutScript, theScriptHelps, isReachedByKeys, isPrinted, fitsWideScreens, isAccessible]) {
    await step();
    console.log(step.name);
  }
  if (screenshots) await isShown();
} finally {
  await browser.close();
}
