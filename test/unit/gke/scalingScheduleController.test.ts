import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newAuthority, serverCertificate } from "../../../local/machine/certificates";

const script = join(__dirname, "..", "..", "..", "lib", "gke", "scaling", "schedule.py");

/** Runs the script with all cases in one Python process: the active schedules at their times. */
function minimums(cases: { now: string; schedules: object }[]): [number, string[]][] {
    const program = [
        "import importlib.util, json, sys",
        "from datetime import datetime",
        `spec = importlib.util.spec_from_file_location("schedule", ${JSON.stringify(script)})`,
        "schedule = importlib.util.module_from_spec(spec)",
        "spec.loader.exec_module(schedule)",
        "asked = json.load(sys.stdin)",
        'print(json.dumps([schedule.minimum({"minReplicas": 2, **one}, datetime.fromisoformat(one["now"])) for one in asked]))',
    ].join("\n");
    return JSON.parse(
        execFileSync("python3", ["-B", "-c", program], { input: JSON.stringify(cases), encoding: "utf8" }),
    );
}

const recurring = (schedule: string, hours: number, timeZone = "Etc/UTC", minReplicas = 5) => ({
    schedule,
    durationSeconds: hours * 3600,
    timeZone,
    minReplicas,
});
const dated = (from: string, to: string, timeZone = "Etc/UTC", minReplicas = 8) => ({
    from,
    to,
    timeZone,
    minReplicas,
});

/** The times, and whether the case's only schedule is active. */
const times: [string, object, string, boolean][] = [
    ["begins with its minute", recurring("0 8 * * *", 10), "2026-06-01T08:00:00Z", true],
    ["has not begun a second before", recurring("0 8 * * *", 10), "2026-06-01T07:59:59Z", false],
    ["lasts until its end", recurring("0 8 * * *", 10), "2026-06-01T17:59:59Z", true],
    ["is over at its end", recurring("0 8 * * *", 10), "2026-06-01T18:00:00Z", false],
    ["goes on after midnight", recurring("0 22 * * *", 4), "2026-06-02T01:59:00Z", true],
    ["goes on for days", recurring("0 22 * * FRI", 60), "2026-06-08T09:59:00Z", true],
    ["holds on a working day", recurring("0 8 * * MON-FRI", 10), "2026-06-05T09:00:00Z", true],
    ["does not hold on a Saturday", recurring("0 8 * * MON-FRI", 10), "2026-06-06T09:00:00Z", false],
    ["takes 7 as Sunday", recurring("0 8 * * 7", 10), "2026-06-07T09:00:00Z", true],
    ["takes 0 as Sunday", recurring("0 8 * * 0", 10), "2026-06-07T09:00:00Z", true],
    ["takes 6-7 as the weekend", recurring("0 8 * * 6-7", 10), "2026-06-07T09:00:00Z", true],
    ["takes 5-7 not as Monday", recurring("0 8 * * 5-7", 10), "2026-06-01T09:00:00Z", false],
    ["comes every second hour", recurring("0 8-12/2 * * *", 1), "2026-06-01T10:30:00Z", true],
    ["does not come in the hour between", recurring("0 8-12/2 * * *", 1), "2026-06-01T09:30:00Z", false],
    ["comes at several minutes", recurring("0,30 8 * * *", 0.25), "2026-06-01T08:40:00Z", true],
    ["comes every minute", recurring("* * * * *", 0.1), "2026-06-01T23:59:59Z", true],
    ["comes in its month", recurring("0 0 1 DEC *", 24), "2026-12-01T12:00:00Z", true],
    ["comes in no other month", recurring("0 0 1 dec *", 24), "2026-11-01T12:00:00Z", false],
    ["comes on a day of the month or of the week", recurring("0 8 13 * FRI", 1), "2026-06-05T08:30:00Z", true],
    ["and on the other one", recurring("0 8 13 * FRI", 1), "2026-06-13T08:30:00Z", true],
    ["and on no third", recurring("0 8 13 * FRI", 1), "2026-06-12T08:30:00Z", true],
    ["but on none besides", recurring("0 8 13 * FRI", 1), "2026-06-10T08:30:00Z", false],
    ["is in its own time zone in winter", recurring("0 8 * * *", 1, "Europe/Berlin"), "2026-01-15T07:30:00Z", true],
    ["is in its own time zone in summer", recurring("0 8 * * *", 1, "Europe/Berlin"), "2026-07-15T06:30:00Z", true],
    ["is a day ahead in its zone", recurring("0 8 * * MON", 1, "Asia/Tokyo"), "2026-06-07T23:30:00Z", true],
    // On 29 March 2026 clocks in Berlin change from 2:00 to 3:00, at 1:00 UTC.
    [
        "comes as if clocks had not gone forward",
        recurring("30 2 * * *", 1, "Europe/Berlin"),
        "2026-03-29T01:45:00Z",
        true,
    ],
    ["has not come before", recurring("30 2 * * *", 1, "Europe/Berlin"), "2026-03-29T01:15:00Z", false],
    ["lasts as long where clocks go forward", recurring("0 0 * * *", 4, "Europe/Berlin"), "2026-03-29T02:59:00Z", true],
    ["and no longer", recurring("0 0 * * *", 4, "Europe/Berlin"), "2026-03-29T03:00:00Z", false],
    // On 25 October 2026 they change from 3:00 back to 2:00, at 1:00 UTC.
    [
        "comes the first time where it comes twice",
        recurring("30 2 * * *", 0.5, "Europe/Berlin"),
        "2026-10-25T00:45:00Z",
        true,
    ],
    ["and not again", recurring("30 2 * * *", 0.5, "Europe/Berlin"), "2026-10-25T01:45:00Z", false],
    ["begins with its first day", dated("2026-12-20", "2027-01-02"), "2026-12-20T00:00:00Z", true],
    ["has not begun on the day before", dated("2026-12-20", "2027-01-02"), "2026-12-19T23:59:59Z", false],
    ["lasts until its last day is over", dated("2026-12-20", "2027-01-02"), "2027-01-02T23:59:59Z", true],
    ["is over on the day after", dated("2026-12-20", "2027-01-02"), "2027-01-03T00:00:00Z", false],
    [
        "begins with the day of its zone",
        dated("2026-12-20", "2026-12-20", "America/New_York"),
        "2026-12-20T05:00:00Z",
        true,
    ],
    ["not with another zone's", dated("2026-12-20", "2026-12-20", "America/New_York"), "2026-12-20T04:59:00Z", false],
    ["ends with a time", dated("2026-12-20T18:00", "2026-12-20T20:00", "Europe/Berlin"), "2026-12-20T18:59:00Z", true],
    [
        "is over at that time",
        dated("2026-12-20T18:00", "2026-12-20T20:00", "Europe/Berlin"),
        "2026-12-20T19:00:00Z",
        false,
    ],
    [
        "takes a time with its own zone",
        dated("2026-12-20T18:00+05:30", "2026-12-20T13:00Z"),
        "2026-12-20T12:45:00Z",
        true,
    ],
];

describe("a schedule", () => {
    let said: boolean[];
    beforeAll(() => {
        const found = minimums(times.map(([, one, now]) => ({ now, schedules: { one } })));
        said = found.map(([, active]) => active.length > 0);
    });
    test.each(times.map(([name, , now, holds], index) => ({ name, now, holds, index })))(
        "$name ($now: $holds)",
        ({ holds, index }) => expect(said[index]).toBe(holds),
    );
});

test("of several active schedules, the one with the most replicas applies, and none lowers the minimum", () => {
    const day = recurring("0 8 * * *", 10, "Etc/UTC", 5);
    const christmas = dated("2026-12-20", "2027-01-02");
    const schedules = { day, christmas };
    expect(
        minimums([
            { now: "2026-12-19T09:00:00Z", schedules },
            { now: "2026-12-21T09:00:00Z", schedules },
            { now: "2026-12-21T20:00:00Z", schedules },
            { now: "2027-01-03T20:00:00Z", schedules },
            { now: "2026-12-19T09:00:00Z", schedules: { day: { ...day, minReplicas: 1 } } },
        ]),
    ).toEqual([
        [5, ["day"]],
        [8, ["christmas", "day"]],
        [8, ["christmas"]],
        [2, []],
        [2, ["day"]],
    ]);
});

describe("the schedule controller", () => {
    const folder = mkdtempSync(join(tmpdir(), "slipway-schedules-"));
    const account = join(folder, "account");
    const done = join(folder, "done");
    const requests: { method?: string; url?: string; token?: string; type?: string; body: string }[] = [];
    let answer: { status: number; body?: object } = { status: 200 };
    let server: Server;
    let controller: ChildProcess | undefined;
    let log = "";

    beforeAll(async () => {
        const authority = await newAuthority("local");
        const { certificate, key } = await serverCertificate(authority, "kubernetes", ["127.0.0.1"]);
        mkdirSync(account);
        writeFileSync(join(account, "ca.crt"), authority.certificate);
        writeFileSync(join(account, "namespace"), "echo");
        writeFileSync(join(account, "token"), "first");
        server = createServer({ key, cert: certificate }, async (request, response) => {
            let body = "";
            for await (const chunk of request) {
                body += chunk;
            }
            const { method, url, headers } = request;
            requests.push({ method, url, token: headers.authorization, type: headers["content-type"], body });
            response.writeHead(answer.status).end(JSON.stringify(answer.body ?? {}));
        });
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    });

    afterAll(() => {
        controller?.kill("SIGKILL");
        server.close();
        rmSync(folder, { recursive: true });
    });

    const env = () => ({
        ...process.env,
        SERVICE_ACCOUNT_FOLDER: account,
        DONE_FILE: done,
        KUBERNETES_SERVICE_HOST: "127.0.0.1",
        KUBERNETES_SERVICE_PORT: String((server.address() as AddressInfo).port),
    });
    const autoscaler = (spec: object, annotation: string | undefined = "true") => ({
        status: 200,
        body: { metadata: { annotations: annotation ? { "slipway/scheduled-min-replicas": annotation } : {} }, spec },
    });
    const isAlive = () => {
        try {
            execFileSync("python3", [join(folder, "schedule.py"), "--alive"], { env: env() });
            return true;
        } catch {
            return false;
        }
    };
    const next = async (isRight: (all: typeof requests) => boolean) => {
        requests.length = 0;
        await until(() => isRight(requests));
        return requests;
    };

    const url = "/apis/autoscaling/v2/namespaces/echo/horizontalpodautoscalers/echo";

    test("changes a different minimum with the account's token, and logs it", async () => {
        const schedules = { always: dated("2020-01-01", "2099-01-01") };
        const settings = { autoscaler: "echo", annotation: "slipway/scheduled-min-replicas", everySeconds: 0.05 };
        writeFileSync(join(folder, "schedules.json"), JSON.stringify({ ...settings, minReplicas: 2, schedules }));
        writeFileSync(join(folder, "schedule.py"), readFileSync(script));
        answer = autoscaler({ minReplicas: 2, maxReplicas: 10 });
        expect(isAlive()).toBe(false);
        controller = spawn("python3", [join(folder, "schedule.py")], { env: env() });
        controller.stdout?.on("data", (text) => {
            log += text;
        });
        controller.stderr?.on("data", (text) => {
            log += text;
        });
        const [get, patch] = await next((all) => all.some(({ method }) => method === "PATCH"));
        expect(get).toEqual({ method: "GET", url, token: "Bearer first", type: undefined, body: "" });
        expect(patch).toEqual({
            method: "PATCH",
            url: `${url}?fieldManager=scaling-schedule`,
            token: "Bearer first",
            type: "application/merge-patch+json",
            body: '{"spec": {"minReplicas": 8}}',
        });
        await until(() => log.includes("\n"));
        expect(JSON.parse(log.split("\n")[0] as string)).toEqual({
            severity: "INFO",
            message: "minReplicas was changed",
            autoscaler: "echo",
            from: 2,
            to: 8,
            schedules: ["always"],
        });
        expect(isAlive()).toBe(true);
    });

    test.each<[string, () => typeof answer]>([
        ["it is what the schedules say", () => autoscaler({ minReplicas: 8, maxReplicas: 10 })],
        ["the maximum allows no more", () => autoscaler({ minReplicas: 5, maxReplicas: 5 })],
        ["the autoscaler is not scheduled any more", () => autoscaler({ minReplicas: 2, maxReplicas: 10 }, "")],
        ["there is no autoscaler yet", () => ({ status: 404 })],
    ])("changes nothing while %s", async (_, answered) => {
        answer = answered();
        await next((all) => all.length > 1);
        const before = statSync(done).mtimeMs;
        const all = await next((now) => now.length > 3);
        expect(all.map(({ method }) => method)).not.toContain("PATCH");
        expect(statSync(done).mtimeMs).toBeGreaterThan(before);
    });

    test("treats an omitted minimum as 1, and uses a new token as soon as there is one", async () => {
        writeFileSync(join(account, "token"), "second");
        answer = autoscaler({ maxReplicas: 4 });
        const all = await next((now) => now.some(({ method }) => method === "PATCH"));
        expect(all.at(-1)).toMatchObject({ token: "Bearer second", body: '{"spec": {"minReplicas": 4}}' });
    });

    test("continues when the cluster does not respond, and logs it once", async () => {
        log = "";
        answer = { status: 503 };
        await next((all) => all.length > 4);
        const before = statSync(done).mtimeMs;
        await next((all) => all.length > 2);
        expect(statSync(done).mtimeMs).toBe(before);
        answer = autoscaler({ minReplicas: 8, maxReplicas: 10 });
        await until(() => log.includes("answers again"));
        // Earlier changes can be logged later.
        const logged = log
            .trim()
            .split("\n")
            .map((line) => JSON.parse(line));
        expect(logged.filter(({ message }) => message !== "minReplicas was changed")).toEqual([
            { severity: "WARNING", message: "minReplicas could not be looked at: HTTP Error 503: Service Unavailable" },
            { severity: "INFO", message: "the Kubernetes API answers again" },
        ]);
    });

    test("exits immediately on SIGTERM", async () => {
        const ended = new Promise((resolve) => controller?.once("exit", (code, by) => resolve([code, by])));
        controller?.kill("SIGTERM");
        expect(await ended).toEqual([0, null]);
    });
});

/** Waits a few seconds for a value. */
async function until(isSo: () => boolean): Promise<void> {
    const end = Date.now() + 10_000;
    while (!isSo()) {
        if (Date.now() > end) {
            throw new Error("It did not come.");
        }
        await new Promise((resolve) => setTimeout(resolve, 10));
    }
}
