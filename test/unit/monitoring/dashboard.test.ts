import {
    AutoscaledInstanceGroup,
    BigQueryDataset,
    CloudRunJob,
    CloudRunService,
    CloudRunWorkerPool,
    CloudSqlInstance,
    Dashboard,
    PubSubTopic,
    Schedule,
    StorageBucket,
    UptimeCheck,
    VertexEndpoint,
    VirtualMachine,
} from "slipway";
import { Alerts } from "slipway/monitoring";
import { matchersOf } from "../../../lib/monitoring/dashboard/promql";
import { inChild } from "../child";
import { identified, refused, registered, registeredOptions } from "../registered";

const image =
    "europe-docker.pkg.dev/acme/app/web@sha256:0000000000000000000000000000000000000000000000000000000000000000";

interface Widget {
    title: string;
    sectionHeader?: { subtitle: string };
    xyChart?: { dataSets: { timeSeriesQuery: { prometheusQuery: string } }[]; thresholds?: { value: number }[] };
    logsPanel?: { filter: string };
}
interface Tile {
    xPos?: number;
    yPos?: number;
    width: number;
    height: number;
    widget: Widget;
}
interface Shown {
    displayName: string;
    mosaicLayout?: { columns: number; tiles: Tile[] };
}

async function shown(program: () => unknown, stack = {}): Promise<Shown> {
    const made = (await registered(program, stack)) as Record<string, { dashboardJson: string }>;
    return JSON.parse(made["Dashboard platform"]?.dashboardJson ?? "");
}

const rowsOf = ({ mosaicLayout }: Shown) =>
    (mosaicLayout?.tiles ?? []).flatMap(({ widget }) => (widget.sectionHeader ? [widget.title] : []));

test("a dashboard has a row for each component with signals, also of later ones, in the order in which data flows", async () => {
    const program = () => {
        new CloudSqlInstance("store", { engine: "postgres", version: "17" });
        new Dashboard("platform");
        new StorageBucket("files");
        const sales = new PubSubTopic("sales");
        const web = new CloudRunService("web", { image, public: true });
        new Schedule("nightly", { cron: "0 3 * * *", topic: sales, message: "go" });
        new UptimeCheck("site", { target: web });
    };
    const dashboard = await shown(program);
    expect(dashboard.displayName).toBe("platform (dev)");
    expect(rowsOf(dashboard)).toEqual(["site", "nightly", "web", "sales", "store"]);
});

test("the row of a component names its stage", async () => {
    const program = () => {
        new CloudRunJob("migrate", { image });
        new CloudRunWorkerPool("worker", { image });
        new PubSubTopic("sales");
        new Dashboard("platform");
    };
    const { mosaicLayout } = await shown(program);
    const subtitles = (mosaicLayout?.tiles ?? []).flatMap(({ widget }) => widget.sectionHeader?.subtitle ?? []);
    expect(subtitles).toEqual([
        "PubSubTopic in Messaging",
        "CloudRunJob in Processing",
        "CloudRunWorkerPool in Processing",
    ]);
});

test("a component whose class a program derives comes last", async () => {
    class OrderTopic extends PubSubTopic {}
    const program = () => {
        new OrderTopic("orders");
        new CloudSqlInstance("store", { engine: "postgres", version: "17" });
        new Dashboard("platform");
    };
    const { mosaicLayout } = await shown(program);
    const headers = (mosaicLayout?.tiles ?? []).flatMap(({ widget }) => widget.sectionHeader?.subtitle ?? []);
    expect(headers).toEqual(["CloudSqlInstance in Data", "OrderTopic in Other"]);
});

test("a component that an asynchronous function creates before the dashboard is shown, and one after it causes a warning of each", async () => {
    const warn = jest.spyOn(console, "warn").mockImplementation();
    const program = async () => {
        await new Promise(setImmediate);
        new PubSubTopic("early");
        new Dashboard("platform");
        new Dashboard("other");
        await new Promise(setImmediate);
        new PubSubTopic("late");
    };
    expect(rowsOf(await shown(program))).toEqual(["early"]);
    const texts = warn.mock.calls.flat().join("\n");
    warn.mockRestore();
    for (const name of ["platform", "other"]) {
        expect(texts).toContain(
            `Dashboard "${name}": PubSubTopic "late" is missing, as it was created later, after an 'await'. Create the dashboard after it, or pass the components with 'targets'.`,
        );
    }
});

test("charts show the values that alert, with their thresholds, and no zeros, which the API drops", async () => {
    const program = () => {
        const web = new CloudRunService("web", { image });
        new PubSubTopic("sales");
        new Dashboard("platform", { targets: [web] });
    };
    const dashboard = await shown(program, { kind: "production" });
    const { tiles, columns } = dashboard.mosaicLayout as Required<Shown>["mosaicLayout"];
    expect(columns).toBe(48);
    expect(rowsOf(dashboard)).toEqual(["web"]);
    const [header, ...charts] = tiles;
    expect(header).toEqual({
        width: 48,
        height: 4,
        widget: { title: "web", sectionHeader: { subtitle: "CloudRunService in Serving" } },
    });
    expect(charts.map(({ xPos, yPos, width, height }) => [xPos, yPos, width, height])).toEqual([
        [undefined, 4, 12, 12],
        [12, 4, 12, 12],
        [24, 4, 12, 12],
        [36, 4, 12, 12],
    ]);
    const of = '{monitored_resource="cloud_run_revision",service_name="web"';
    const queries = charts.map(({ widget }) => widget.xyChart?.dataSets[0]?.timeSeriesQuery.prometheusQuery);
    expect(queries).toEqual([
        `sum (increase(run_googleapis_com:request_count${of},response_code_class="5xx"}[300s])) / sum (increase(run_googleapis_com:request_count${of}}[300s]))`,
        `histogram_quantile(0.95, sum by (le) (rate(run_googleapis_com:request_latencies_bucket${of}}[300s])))`,
        `histogram_quantile(0.95, sum by (le) (rate(run_googleapis_com:container_memory_utilizations_bucket${of}}[300s])))`,
        `sum by (location) (max_over_time(run_googleapis_com:container_instance_count${of}}[300s])) / 100`,
    ]);
    const [errors] = charts;
    expect(errors?.widget).toEqual({
        title: expect.stringMatching(/^errors \(.+\)$/),
        xyChart: {
            dataSets: [{ plotType: "LINE", targetAxis: "Y1", timeSeriesQuery: { prometheusQuery: queries[0] } }],
            thresholds: [{ label: expect.stringMatching(/./), targetAxis: "Y1", value: 0.02 }],
            yAxis: { scale: "LINEAR" },
        },
    });
    expect(charts.map(({ widget }) => widget.xyChart?.thresholds?.[0]?.value)).toEqual([0.02, 2000, 0.9, 0.95]);
    expect(JSON.stringify(dashboard)).not.toMatch(/":(0|\[\]|false|"")[,}]/);
});

test("charts stand in lines of four, and the next component below them", async () => {
    const program = () => {
        for (const name of ["sales", "stock"]) {
            new CloudSqlInstance(name, { engine: "mysql", flags: { max_connections: 200 } });
        }
        new Dashboard("platform");
    };
    const tiles = (await shown(program)).mosaicLayout?.tiles ?? [];
    const places = tiles.map(({ xPos = 0, yPos = 0 }) => [xPos, yPos]);
    expect(places.slice(0, 7)).toEqual([[0, 0], ...[0, 12, 24, 36].map((xPos) => [xPos, 4]), [0, 16], [0, 28]]);
    expect(rowsOf({ displayName: "", mosaicLayout: { columns: 48, tiles: tiles.slice(6) } })).toEqual(["stock"]);
});

test("a signal that does not alert has no threshold in its chart, and neither has zero, which the API drops", async () => {
    const program = () => {
        const to = new Alerts("oncall", { to: { email: "team@acme.example" }, quota: false });
        const changes = {
            errors: { threshold: 100 },
            latency: { threshold: "0 milliseconds" },
            memory: false,
        } as const;
        new CloudRunService("web", { image, alerts: { to, ...changes } });
        new Dashboard("platform");
    };
    const [, ...charts] = (await shown(program)).mosaicLayout?.tiles ?? [];
    const thresholds = charts.map(({ widget }) => widget.xyChart?.thresholds?.map(({ value }) => value));
    expect(thresholds).toEqual([[1], undefined, undefined, [expect.any(Number)]]);
});

test("log entries that alert are shown as such", async () => {
    const program = () => {
        new Schedule("nightly", { cron: "0 3 * * *", topic: new PubSubTopic("sales"), message: "go" });
        new Dashboard("platform", { displayName: "All" });
    };
    const panel = (await shown(program)).mosaicLayout?.tiles.find(({ widget }) => widget.logsPanel)?.widget;
    expect(panel?.title).toBe("A run failed");
    expect(panel?.logsPanel?.filter).toContain('resource.type = "cloud_scheduler_job"');
});

test("an empty stack has an empty dashboard", async () => {
    expect(await shown(() => new Dashboard("platform"))).toEqual({ displayName: "platform (dev)" });
    const options = await registeredOptions(() => new Dashboard("platform"));
    expect(options["Dashboard platform"]).toEqual({
        parent: "slipway:Dashboard platform",
        provider: "Provider dev",
        after: ["Service monitoring"],
    });
});

describe("more than 100 widgets", () => {
    const many = (count: number) => Array.from({ length: count }, (_, index) => new PubSubTopic(`topic-${index}`));
    const problem = 'Dashboard "platform": targets: [monitoring/too-many-widgets]';

    test("are refused", async () => {
        const topics = Array.from({ length: 51 }, (_, index) => `Topic topic-${index}`).sort();
        expect(await refused(() => new Dashboard("platform", { targets: many(51) }), {}, topics)).toBe(problem);
    });

    test("are refused once all components of the stack are known", async () => {
        const output = await inChild(`
            const { Dashboard, PubSubTopic } = require("./lib");
            const { registered } = require("./test/unit/registered.ts");
            process.on("unhandledRejection", ({ message }) => {
                console.log(JSON.stringify(message));
                process.exit();
            });
            registered(() => {
                new Dashboard("platform");
                for (let topic = 0; topic < 51; topic++) {
                    new PubSubTopic("topic-" + topic);
                }
            });
        `);
        expect(identified(output)).toBe(problem);
    });

    test("can be distributed to several dashboards", async () => {
        const program = () => {
            const all = many(51);
            // It has no query whose runs could be shown.
            const dataset = new BigQueryDataset("forecast");
            new Dashboard("platform", { targets: [...all.slice(0, 50), dataset] });
            new Dashboard("others", { targets: all.slice(50) });
        };
        expect((await shown(program)).mosaicLayout?.tiles).toHaveLength(100);
    });
});

test.each(["", "a".repeat(513)])("a name of no or more than 512 characters is refused", async (displayName) => {
    expect(await refused(() => new Dashboard("platform", { displayName }))).toContain(
        'Dashboard "platform": displayName: must have 1 to 512 characters',
    );
});

test.each([1, 512])("a name can have %d characters", async (length) => {
    const displayName = "a".repeat(length);
    expect(await shown(() => new Dashboard("platform", { displayName }))).toEqual({ displayName });
});

test("a component without signals is refused", async () => {
    const program = () => new Dashboard("platform", { targets: [new StorageBucket("files")] });
    expect(await refused(program, {}, ["Bucket files"])).toBe(
        'Dashboard "platform": targets.0: [monitoring/component-without-signals]',
    );
});

test("a dashboard shows the memory and the disks of machines with an agent", async () => {
    const program = () => {
        new Dashboard("platform");
        new VirtualMachine("train", { agent: true });
        new AutoscaledInstanceGroup("web", { scaling: 2, container: { image }, agent: true });
    };
    const queries = ((await shown(program)).mosaicLayout?.tiles ?? []).flatMap(({ widget }) =>
        (widget.xyChart?.dataSets ?? []).map(({ timeSeriesQuery }) => timeSeriesQuery.prometheusQuery),
    );
    const of = (text: string) => queries.filter((query) => query.includes(text));
    expect(of("agent_googleapis_com")).toEqual([
        expect.stringMatching(
            /^max by \(instance_id\) \(avg_over_time\(agent_googleapis_com:memory_percent_used\{.*state="used"\}\[300s\]\)\) \/ 100$/,
        ),
        expect.stringMatching(
            /^max by \(instance_id, device\) .*state="used",device!~"\/dev\/loop\.\*"\}\[300s\]\)\) \/ 100$/,
        ),
    ]);
    const web = 'monitored_resource="gce_instance",metadata_system_name=~"web-.*"';
    const sum = (metric: string, by: string, labels: string) =>
        `sum by (${by}) (avg_over_time(compute_googleapis_com:guest_${metric}_bytes_used{${web}${labels}}[300s]))`;
    const memory = (labels = "") => sum("memory", "instance_id", labels);
    const disk = (labels = "") => sum("disk", "instance_id, device_name", `,mount_option=~"rw.*"${labels}`);
    expect(of("compute_googleapis_com:guest")).toEqual([
        `${memory(',state="used"')} / ${memory()}`,
        `${disk(',state="used"')} / ${disk()}`,
    ]);
});

test("failed predictions of an endpoint are another metric than all of them", async () => {
    const program = () => {
        const models = { latest: { model: "projects/acme-dev/locations/europe-west1/models/iris@3" } };
        new VertexEndpoint("iris", { models });
        new Dashboard("platform");
    };
    const [, errors] = (await shown(program)).mosaicLayout?.tiles ?? [];
    const [set] = errors?.widget.xyChart?.dataSets ?? [];
    const count = (name: string) =>
        `sum \\(increase\\(aiplatform_googleapis_com:prediction_online_${name}{[^{}]*endpoint_id="iris-[^{}]*}\\[300s]\\)\\)`;
    expect(set?.timeSeriesQuery.prometheusQuery).toMatch(
        new RegExp(`^${count("error_count")} / ${count("prediction_count")}$`),
    );
});

describe("filters in PromQL", () => {
    test.each([
        ['metric.labels.state = "used"', 'state="used"'],
        ['metric.labels.zone != "a"', 'metric_zone!="a"'],
        ['resource.labels.zone = "a"', 'zone="a"'],
        ['resource.labels.zone = one_of("a", "b.c")', 'zone=~"a|b\\\\.c"'],
        ['resource.labels.zone != one_of("a")', 'zone!~"a"'],
        ['metadata.system_labels.name = starts_with("web.a-")', 'metadata_system_name=~"web\\\\.a-.*"'],
    ])("%s is %s", (part, matcher) => {
        expect(matchersOf([part], "gce_instance")).toEqual([matcher]);
    });

    test("codes are compared by the bounds of their own label", () => {
        const others = ["metric.labels.size < 700", "metric.labels.response_code != 7"];
        const codes = ["metric.labels.response_code >= 500", "metric.labels.response_code < 600"];
        expect(matchersOf([...others, ...codes], "gae_app")).toEqual(['response_code!="7"', 'response_code=~"5.."']);
    });

    const code = (from: number, below: number) => [`metric.labels.code >= ${from}`, `metric.labels.code < ${below}`];
    test.each([
        [code(404, 504), "The codes from 404 to below 504 have no equivalent in PromQL."],
        [code(400, 600), "The codes from 400 to below 600 have no equivalent in PromQL."],
        [['metric.labels.state : "used"'], 'The filter metric.labels.state : "used" has no equivalent in PromQL.'],
    ])("%j has no equivalent", (parts, message) => {
        expect(() => matchersOf(parts, "gae_app")).toThrow(new Error(message));
    });
});
