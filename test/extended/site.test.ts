import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import type { Server } from "node:http";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { findings, openBrowser } from "./browser";
import { serve } from "./site/server";

const root = join(__dirname, "..", "..");
const html = join(root, "docs", "site", "dist", "html");
const moved: Record<string, string> = JSON.parse(readFileSync(join(root, "docs", "site", "moved.json"), "utf8"));
const screenshots = join(root, "docs", "site", "dist", "screenshots");

/** A page of each kind. */
const kinds = {
    home: "/",
    start: "/start",
    concept: "/capabilities",
    guide: "/guides/http-model",
    component: "/storage-bucket",
    gallery: "/starters",
    starter: "/starters/model-function",
    errors: "/errors",
    list: "/overview",
    background: "/duration",
};

const desktop = { width: 1440, height: 900 };
const phone = { width: 390, height: 844 };

let server: Server;
let origin: string;
let browser: Browser;
/** What pages must not do: print errors, fail, and ask other hosts. */
const faults: string[] = [];

beforeAll(async () => {
    const built = spawnSync(process.execPath, [join(root, "docs", "site", "build.mjs")], { encoding: "utf8" });
    if (built.status !== 0) {
        throw new Error(`the website is not built:\n${built.stdout}${built.stderr}`);
    }
    ({ server, origin } = await serve(html));
    browser = await openBrowser();
    rmSync(screenshots, { recursive: true, force: true });
    mkdirSync(screenshots);
});

afterAll(async () => {
    await browser?.close();
    server?.close();
});

/** A window whose pages are observed. */
async function openWindow(options: Parameters<Browser["newContext"]>[0]): Promise<BrowserContext> {
    const context = await browser.newContext(options);
    // Chromium ends every request of its own when an interface of the machine comes or goes, as with the containers of
    // other tests (net::ERR_NETWORK_CHANGED). It is this process that asks the server, again if the server has just closed the connection.
    await context.route(`${origin}/**`, async (route) =>
        route.fulfill({ response: await route.fetch({ maxRetries: 3 }) }),
    );
    context.on("console", (message) => {
        if (message.type() === "error" || message.type() === "warning") {
            faults.push(`${message.page()?.url()}: ${message.text()}`);
        }
    });
    context.on("weberror", (error) => faults.push(`${error.page()?.url()}: ${error.error()}`));
    context.on("request", (request) => {
        if (new URL(request.url()).origin !== origin && !request.url().startsWith("data:")) {
            faults.push(`${request.frame().url()} asks ${request.url()}`);
        }
    });
    return context;
}

/** Closes a window, whatever its pages still ask for. */
async function closeWindow(context: BrowserContext): Promise<void> {
    await context.unrouteAll({ behavior: "ignoreErrors" });
    await context.close();
}

/** Opens a page, and waits until it reacts to its user. */
async function open(page: Page, path: string): Promise<void> {
    await page.goto(`${origin}${path}`);
    await page.waitForFunction(() => "__vue_app__" in (document.querySelector("#app") ?? {}));
}

afterEach(() => {
    expect(faults.splice(0)).toEqual([]);
});

test("every link leads to a page and an anchor that exist", async () => {
    const paths = readdirSync(html, { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".html") && file !== "404.html")
        .map((file) => `/${file.replace(/(index)?\.html$/, "")}`)
        .filter((path) => !(path in moved));
    const context = await openWindow({ viewport: desktop });
    const anchors = new Map<string, Set<string>>();
    const links: [from: string, to: string][] = [];
    const left = [...paths];
    const visit = async () => {
        const page = await context.newPage();
        for (let path = left.pop(); path !== undefined; path = left.pop()) {
            await open(page, path);
            const found = await page.evaluate(() => ({
                ids: [...document.querySelectorAll("[id]")].map(({ id }) => id),
                links: [...document.querySelectorAll<HTMLAnchorElement>("a[href]")].map(({ href }) => href),
                broken: [...document.images]
                    .filter((each) => each.complete && each.naturalWidth === 0)
                    .map(({ src }) => src),
            }));
            anchors.set(path, new Set(found.ids));
            links.push(...[...found.links, ...found.broken].map((to): [string, string] => [path as string, to]));
            expect([path, found.ids.length]).toEqual([path, new Set(found.ids).size]);
            expect([path, found.broken]).toEqual([path, []]);
        }
    };
    await Promise.all([visit(), visit()]);
    await closeWindow(context);

    const isMissing = (to: string) => {
        const { origin: host, pathname, hash } = new URL(to);
        const file = /\.\w+$/.test(pathname) && !anchors.has(pathname);
        return host === origin && file
            ? !existsSync(join(html, pathname))
            : host === origin &&
                  !(hash ? anchors.get(pathname)?.has(decodeURIComponent(hash.slice(1))) : anchors.has(pathname));
    };
    expect(links.length).toBeGreaterThan(5000);
    expect([...new Set(links.filter(([, to]) => isMissing(to)).map((each) => each.join(" -> ")))]).toEqual([]);
});

test.each(Object.entries(moved))("%s leads to %s", async (from, to) => {
    const context = await openWindow({ viewport: desktop });
    const page = await context.newPage();
    await page.goto(`${origin}${from}`);
    await page.waitForURL(`${origin}${to}`);
    const { hash } = new URL(page.url());
    expect(await page.locator(hash ? `[id="${hash.slice(1)}"]` : "h1").count()).toBe(1);
    await closeWindow(context);
});

/** The addresses of what the search finds first. */
async function search(page: Page, words: string): Promise<string[]> {
    await page.locator("#localsearch-input").fill(words);
    // The list changes a moment after the text.
    await page.waitForTimeout(400);
    const results = page.locator("#localsearch-list a.result");
    await results.first().waitFor();
    const found = await results.evaluateAll((all) => all.map((each) => each.getAttribute("href") ?? ""));
    return found.slice(0, 5);
}

describe("the search", () => {
    let page: Page;
    beforeAll(async () => {
        page = await (await openWindow({ viewport: desktop })).newPage();
        await open(page, "/duration");
        await page.keyboard.press("Control+k");
    });
    afterAll(() => closeWindow(page.context()));

    test.each([
        ["ServerlessFunction", "/serverless-function"],
        ["versionRetention", "/storage-bucket#StorageBucketArgs.versionRetention"],
        ["ackDeadline", "/pub-sub-subscription#"],
        ["dead letters", "/pub-sub-subscription#dead-letters"],
        ["certificates-with-insecure", "/errors#loadbalancer/certificates-with-insecure"],
        ["cannot be combined with insecure: true", "/errors#"],
        ["connectionName", "/cloud-sql-instance#CloudSqlInstance.connectionName"],
        ["answer http with a model", "/guides/http-model"],
        ["rolling back", "/promotion#rolling-back"],
        ["streaming-predictions", "/starters"],
        ["pulumi cancel", "/failures"],
        ["app.yaml", "/app-engine-app#migrate-from-appyaml"],
    ])("finds %j", async (words, address) => {
        const found = await search(page, words);
        expect(found.filter((each) => each.startsWith(address))).not.toEqual([]);
    });

    test("finds nothing for a word that no page has", async () => {
        await page.locator("#localsearch-input").fill("zzzzqqqq");
        await page.locator(".no-results").waitFor();
        expect(await page.locator("#localsearch-list a.result").count()).toBe(0);
    });
});

test("the keyboard is enough to find an argument, and to read it", async () => {
    const context = await openWindow({ viewport: desktop });
    const page = await context.newPage();
    await open(page, "/");
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.textContent?.trim())).toBe("Skip to content");
    await page.keyboard.press("Control+k");
    await search(page, "versionRetention");
    await page.keyboard.press("Enter");
    await page.waitForURL(/storage-bucket#StorageBucketArgs\.versionRetention$/, { waitUntil: "commit" });
    const entry = page.locator('[id="StorageBucketArgs.versionRetention"]');
    await entry.waitFor();
    await page.waitForFunction(
        ([id, height]) => {
            const { top = -1 } = document.getElementById(id)?.getBoundingClientRect() ?? {};
            return top > 0 && top < height;
        },
        ["StorageBucketArgs.versionRetention", desktop.height] as const,
    );
    expect(await entry.textContent()).toContain("How long noncurrent versions can be restored");
    await closeWindow(context);
});

describe.each([
    // What does not depend on colours is the same in dark.
    ["in light", "light", desktop, undefined],
    ["in dark", "dark", desktop, ["color-contrast"]],
    ["on a phone", "light", phone, ["color-contrast", "target-size", "scrollable-region-focusable"]],
] as const)("%s", (name, colorScheme, viewport, rules) => {
    let page: Page;
    beforeAll(async () => {
        page = await (await openWindow({ viewport, colorScheme })).newPage();
    });
    afterAll(() => closeWindow(page.context()));

    test.each(Object.entries(kinds))("the page %s has no finding of axe, and fits the screen", async (kind, path) => {
        await open(page, path);
        expect(await page.evaluate(() => document.documentElement.classList.contains("dark"))).toBe(
            colorScheme === "dark",
        );
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect(overflow).toBeLessThanOrEqual(0);
        await page.screenshot({ path: join(screenshots, `${kind} ${name}.png`) });
        expect(await findings(page, rules && [...rules])).toEqual([]);
    });
});
