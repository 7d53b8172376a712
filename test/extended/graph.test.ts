import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterSteps } from "../../local/commands/engine/stackResources";
import { drawing } from "../../local/commands/pictures/drawing";
import { Deployment } from "../deploy/deployment";
import { findings, openBrowser } from "./browser";

const starters = { platform: "dev", foundation: "acme" };
type Starter = keyof typeof starters;

const folder = mkdtempSync(join(tmpdir(), "slipway-graph-"));
const fileOf = (starter: Starter) => join(folder, `${starter}.html`);
let browser: Browser;
/** What pages must not do: print errors, fail, and ask other hosts. */
const faults: string[] = [];

beforeAll(async () => {
    browser = await openBrowser();
    for (const [project, stack] of Object.entries(starters)) {
        const starter = Deployment.starter(project).byOwner();
        const { output } = await starter.run(["preview", "-s", stack, "--json", "--show-sames"]);
        const { steps } = JSON.parse(output.slice(output.indexOf("{\n"), output.lastIndexOf("}") + 1));
        const read = { project, stack, ...afterSteps(steps) };
        writeFileSync(fileOf(project as Starter), await drawing(read, "flows", "html"));
        await starter.remove();
    }
});

afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
});

/** The page of a starter in a window of 1600×1000. */
async function open(starter: Starter, colorScheme: "light" | "dark" = "light"): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1600, height: 1000 }, colorScheme });
    const page = await context.newPage();
    page.on("console", (message) => faults.push(message.text()));
    page.on("pageerror", (error) => faults.push(String(error)));
    page.on("request", (request) => request.url().startsWith("file:") || faults.push(request.url()));
    await page.goto(pathToFileURL(fileOf(starter)).href);
    return page;
}

afterEach(() => {
    expect(faults.splice(0)).toEqual([]);
});

const drawn = (page: Page) => page.locator(".picture:not([hidden]) > svg");
const viewBox = async (page: Page) => (await drawn(page).getAttribute("viewBox"))?.split(" ").map(Number) ?? [];

test.each(["platform", "foundation"] as const)("%s fits a screen, in letters of their size", async (starter) => {
    const page = await open(starter);
    const outside = await drawn(page).evaluate((svg) => {
        const window = svg.getBoundingClientRect();
        const isInside = ({ left, top, right, bottom }: DOMRect) =>
            left >= window.left && top >= window.top && right <= window.right && bottom <= window.bottom;
        const all = [...svg.querySelectorAll("text, rect")];
        return all.length > 5 ? all.filter((each) => !isInside(each.getBoundingClientRect())).length : "nothing drawn";
    });
    expect(outside).toBe(0);
    const scale = await drawn(page).evaluate((svg) => (svg as SVGSVGElement).getScreenCTM()?.a);
    expect(scale).toBeGreaterThanOrEqual(1);
    await page.context().close();
});

test("foundation has a frame for each project", async () => {
    const page = await open("foundation");
    const frames = drawn(page).locator(".item:has(.frame)");
    const names = await frames.evaluateAll((all) => all.map((each) => each.getAttribute("aria-label")));
    expect(names.sort()).toEqual(["EnvironmentProject dev", "EnvironmentProject prod", "EnvironmentProject staging"]);
    await page.context().close();
});

test("a click shows the details, and Escape closes them", async () => {
    const page = await open("platform");
    const details = page.getByRole("complementary", { name: "Details" });
    await expect(details.isVisible()).resolves.toBe(false);
    await page.getByRole("button", { name: "ServerlessFunction record" }).click();
    const text = await details.innerText();
    expect(text).toContain("slipway:index:ServerlessFunction");
    expect(text).toContain("storage.objectUser");
    expect(text).toContain("+ created");
    expect(text).not.toContain("entryPoint");
    await details.locator("summary:visible", { hasText: "Function record" }).click();
    expect(await details.innerText()).toContain("buildConfig.entryPoint");
    await page.keyboard.press("Escape");
    await expect(details.isVisible()).resolves.toBe(false);
    await page.getByRole("button", { name: "StorageBucket models" }).focus();
    await page.keyboard.press("Enter");
    expect(await details.getByRole("heading", { level: 2 }).innerText()).toBe("models");
    await page.context().close();
});

test("the wheel, buttons and keys zoom, and a drag moves", async () => {
    const page = await open("foundation");
    const [x = 0, , width = 0] = await viewBox(page);
    const widthNow = async () => (await viewBox(page))[2];
    await page.mouse.move(400, 400);
    await page.mouse.wheel(0, -100);
    await page.waitForFunction((before) => {
        const svg = document.querySelector(".picture:not([hidden]) > svg");
        return Number(svg?.getAttribute("viewBox")?.split(" ")[2]) < before;
    }, width);
    await page.keyboard.press("0");
    expect(await widthNow()).toBe(width);
    await page.getByRole("button", { name: "Zoom in" }).click();
    expect(await widthNow()).toBeCloseTo(width / 1.25);
    await page.keyboard.press("-");
    expect(await widthNow()).toBeCloseTo(width);
    await page.mouse.move(800, 950);
    await page.mouse.down();
    await page.mouse.move(700, 950);
    await page.mouse.up();
    expect((await viewBox(page))[0]).toBeGreaterThan(x + 50);
    expect(await page.getByRole("complementary").isVisible()).toBe(false);
    await page.getByRole("tab", { name: "Who may do what" }).click();
    expect(await drawn(page).getAttribute("aria-label")).toBe("Who may do what");
    expect(await drawn(page).locator("text", { hasText: "storage.objectViewer" }).count()).toBeGreaterThan(0);
    await page.context().close();
});

test("code that is put into the page does not run", async () => {
    const page = await open("platform");
    const ran = await page.evaluate(() => {
        const script = document.createElement("script");
        script.textContent = "window.ran = true";
        document.body.append(script);
        return "ran" in window;
    });
    expect(ran).toBe(false);
    expect(faults.splice(0)).toEqual([expect.stringContaining("Content Security Policy")]);
    await page.context().close();
});

test.each(["light", "dark"] as const)("the %s page has no finding of axe", async (scheme) => {
    const page = await open("platform", scheme);
    await page.getByRole("button", { name: "ServerlessFunction record" }).click();
    expect(await findings(page, ["wcag2a", "wcag2aa", "wcag21aa"])).toEqual([]);
    // axe tries styles that the page refuses.
    faults.splice(0);
    await page.context().close();
});
