import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { type RunningServer, serve } from "../../local/runtime/emulator/server";
import { cloudOf } from "../../local/simulator/cloudOf";
import { lastPart } from "../../local/simulator/rules/rules";
import { deployedFunction, start } from "../apps/deployedFunction";
import type { RunningFunction } from "../apps/python";
import { Deployment } from "../deploy/deployment";
import { findings, openBrowser } from "./browser";

const screenshots = join(__dirname, "..", "..", "dist", "screenshots");
const viewport = { width: 1280, height: 800 };
const project = "acme-streaming-dev";
const sale = { product: "iced tea", price: 2.2, discount: 0.1, temperature: 18.5, holidays: 0, recentUnits: 241.3 };

/** The views, and what is selected in them. */
const views: [view: string, selected: string | undefined][] = [
    ["Resources", "topics/sale-range"],
    ["Activity", undefined],
    ["Messages", "sale-range"],
    ["Objects", "sale-range.json"],
    ["Rows", "sales"],
    ["Query", undefined],
    ["Alerts", undefined],
    ["Clock", undefined],
];

/** A topic without a schema, and an alert that fires when two of its messages wait. */
const alert = `
const incidents = new PubSubTopic("incidents");
const oncall = new Alerts("oncall", { to: { email: "oncall@acme.example" }, quota: false });
const backlog = { threshold: 1, for: "5 minutes" } as const;
new PubSubSubscription("incidents", { topic: incidents, pull: {}, alerts: { to: oncall, backlog } });
`;

describe("the console of streaming-predictions", () => {
    // The account of the starter may not create alerts.
    const starter = Deployment.starter("streaming-predictions").byOwner();
    const cloud = cloudOf(starter.place);
    let served: RunningServer;
    let predict: RunningFunction;
    let browser: Browser;
    let page: Page;
    /** What the browser reports as an error or a warning. */
    const faults: string[] = [];

    beforeAll(async () => {
        starter.edit("index.ts", (text) => `import { Alerts } from "slipway";\n${text}${alert}`);
        await starter.up("dev");
        const routes: Record<string, string> = {};
        served = await serve(cloud, { routes, console: starter.place });
        predict = await start(deployedFunction(cloud, project, "predict"), {
            STORAGE_EMULATOR_HOST: served.url,
            PUBSUB_EMULATOR_HOST: served.pubsubHost,
        });
        routes.predict = predict.url;
        browser = await openBrowser();
        rmSync(screenshots, { recursive: true, force: true });
        mkdirSync(screenshots, { recursive: true });
        page = await open("light");
    });
    afterAll(async () => {
        await browser?.close();
        await predict?.stop();
        await served?.close();
        await starter.remove();
    });
    afterEach(() => {
        expect(faults.splice(0)).toEqual([]);
    });

    /** A window with the console. */
    async function open(colorScheme: "light" | "dark"): Promise<Page> {
        const opened = await (await browser.newContext({ viewport, colorScheme })).newPage();
        opened.on("console", (message) => {
            // Chromium ends its requests when an interface of the machine comes or goes, as with the containers of other tests. The page
            // repeats them.
            if (/error|warning/.test(message.type()) && !message.text().includes("net::ERR_NETWORK_CHANGED")) {
                faults.push(message.text());
            }
        });
        opened.on("pageerror", (error) => faults.push(String(error)));
        await opened.goto(String(served.console));
        await opened.getByRole("navigation", { name: "Views" }).waitFor();
        return opened;
    }

    /** Opens a view by its link, and waits for it. */
    async function show(view: string): Promise<void> {
        await page.getByRole("navigation", { name: "Views" }).getByRole("link", { name: view }).click();
        await page.getByRole("heading", { name: view, level: 1 }).waitFor();
    }

    test("a resource is found by its component, and has its properties", async () => {
        await show("Resources");
        await page.getByRole("searchbox").fill("PubSubTopic sale-range");
        await page.getByRole("table", { name: "PubSubTopic sale-range", exact: true }).waitFor();
        expect(await page.getByRole("table", { name: "ServerlessFunction" }).count()).toBe(0);
        await page.getByRole("link", { name: "topics/sale-range", exact: true }).click();
        const properties = page.getByRole("region", { name: "Selection" });
        await properties.getByText('"encoding": "JSON"').waitFor();
        await page.getByRole("searchbox").fill("");
    });

    test("a message that a person sends is predicted by the function, and both are in their tables", async () => {
        await show("Messages");
        await page.getByRole("link", { name: "sale-range", exact: true }).click();
        await page.getByRole("heading", { name: "Send a message to sale-range" }).waitFor();
        await page.getByLabel("Text").fill(JSON.stringify(sale));
        await page.getByLabel("Attributes").fill("sent=by hand");
        await page.getByRole("button", { name: "Send" }).click();
        await page
            .getByRole("status")
            .getByText(/^Message \d+ was published to sale-range\.$/)
            .waitFor();
        // It arrives in the subscriptions, and the prediction comes from the function.
        const row = (topic: string) => page.getByRole("row", { name: new RegExp(`^[\\d:]+ ${topic} \\d+`) });
        await row("sale-range").getByText("sent=by hand").waitFor();
        await row("predicted-range").first().waitFor({ timeout: 60_000 });
        await row("sale-range").getByRole("link").click();
        await page.getByRole("heading", { name: "Activity", level: 1 }).waitFor();
        await page
            .getByText(/predict-range-push: message \d+ was delivered to /)
            .first()
            .waitFor();
        await page.getByRole("searchbox").fill("");

        for (const table of ["sales", "predictions"]) {
            await show("Rows");
            await page.getByRole("navigation", { name: "Tables" }).getByRole("link", { name: table }).click();
            await page.getByRole("heading", { name: `history.${table} 1` }).waitFor();
            await page.getByRole("cell", { name: "iced tea", exact: true }).waitFor();
        }
    });

    test("a query runs as an owner, and as an account, whose roles count", async () => {
        await show("Query");
        const text = page.getByLabel("SQL");
        await text.fill("SELECT product, COUNT(*) AS sold FROM history.sales GROUP BY product");
        await text.press("Control+Enter");
        await page.getByRole("cell", { name: "iced tea", exact: true }).waitFor({ timeout: 120_000 });
        await page.getByRole("status").getByText("1 rows; 10 bytes read.").waitFor();
        const account = cloud.store
            .list("//iam.googleapis.com/serviceAccounts/")
            .map(({ name }) => lastPart(name))
            .find((email) => email.startsWith("predict"));
        await page.getByLabel("As").selectOption(String(account));
        await page.getByRole("button", { name: "Run" }).click();
        await page.getByRole("alert").getByText("Access Denied").waitFor();
        expect(faults.splice(0)).toEqual([expect.stringContaining("403 (Forbidden)")]);
    });

    test("a message that does not match the schema is refused, with the reason", async () => {
        await show("Messages");
        await page.getByRole("link", { name: "sale-range", exact: true }).click();
        await page.getByLabel("Text").fill("<img src=x onerror=alert(1)>");
        await page.getByRole("button", { name: "Send" }).click();
        await page.getByRole("status").getByText("schema").waitFor();
        expect(faults.splice(0)).toEqual([expect.stringContaining("400 (Bad Request)")]);
    });

    test("markup in a message is text", async () => {
        const markup = "<img src=x onerror=alert(1)><script>alert(1)</script>";
        const data = Buffer.from(markup).toString("base64");
        const body = JSON.stringify({ messages: [{ data, attributes: { "<b>": '"><i>' } }, { data }] });
        await fetch(`${served.url}/v1/projects/${project}/topics/incidents:publish`, { method: "POST", body });
        await page.getByText(markup).first().waitFor();
        await page.getByText('<b>="><i>').waitFor();
        expect(await page.locator("main").locator("img, script, b, i").count()).toBe(0);
    });

    test("an object of a bucket is read", async () => {
        await show("Objects");
        await page
            .getByRole("link", { name: /\.json$/ })
            .first()
            .click();
        await page
            .getByRole("region", { name: "Selection" })
            .getByText(/\d+ bytes/)
            .waitFor();
    });

    test("an alert fires when its minutes have passed", async () => {
        await show("Alerts");
        const policy = page.getByRole("row", { name: /incidents/ });
        await policy.getByText("quiet").first().waitFor();
        await show("Clock");
        await page.getByRole("button", { name: "Advance 1 hour" }).click();
        await page
            .getByRole("status")
            .getByText(/for metrics and alerts/)
            .waitFor();
        await show("Alerts");
        await policy.getByText("fires").first().waitFor();
    });

    test("a job of Cloud Scheduler runs on request, and its failure is shown", async () => {
        await show("Clock");
        await page.getByRole("button", { name: /^Run now: .*produce/ }).click();
        await page
            .getByRole("status")
            .getByText(/was started/)
            .waitFor();
        await show("Activity");
        await page
            .getByText(/produce.*: (retrying|failed)/)
            .first()
            .waitFor();
    });

    test("a page of another port on this machine has no access, even if it knows the token", async () => {
        const opened = await browser.newPage();
        await opened.goto(`${served.url}/oauth2/v3/certs`);
        const [, answer] = await Promise.all([
            opened.evaluate((url) => location.assign(url), String(served.console)),
            opened.waitForResponse((each) => each.url() === served.console),
        ]);
        expect([answer.status(), await answer.text()]).toEqual([
            403,
            expect.stringMatching(/^The header Sec-Fetch-Site must be same-origin or none \(got "same-site"\)/),
        ]);
        await opened.context().close();
        await page.bringToFront();
    });

    test("the keyboard is enough to open a view and a resource", async () => {
        await page.goto(String(served.console));
        await page.getByRole("navigation", { name: "Views" }).getByRole("link", { name: "Resources" }).waitFor();
        await page.keyboard.press("Tab");
        expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Resources");
        await page.keyboard.press("Enter");
        await page.getByRole("searchbox").focus();
        await page.keyboard.press("Tab");
        await page.keyboard.press("Enter");
        await page.getByRole("region", { name: "Selection" }).waitFor();
    });

    describe.each(["light", "dark"] as const)("in %s", (colorScheme) => {
        beforeAll(async () => {
            page = await open(colorScheme);
        });

        test.each(views)("the view %s has no finding of axe, and fits the screen", async (view, selected) => {
            await show(view);
            if (selected !== undefined) {
                await page.getByRole("main").getByRole("link", { name: selected, exact: true }).click();
                await page.getByRole("main").getByText(lastPart(selected)).nth(1).waitFor();
            }
            await page.screenshot({ path: join(screenshots, `${view} ${colorScheme}.png`) });
            expect(
                await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth),
            ).toBeLessThanOrEqual(0);
            expect(await findings(page)).toEqual([]);
        });
    });
});
