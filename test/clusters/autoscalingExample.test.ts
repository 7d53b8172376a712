import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deploys } from "../../examples/foundation/roles";
import { SimulatedTime } from "../../local/simulator/cloud/propagation";
import { cloudOf } from "../../local/simulator/cloudOf";
import type { AutoscalingPolicy } from "../../local/simulator/services/compute/autoscaling/policy";
import { Deployment } from "../deploy/deployment";
import { BaseRegistry } from "./base";

const region = "europe-west1";

describe("the starter autoscaling", () => {
    const folder = mkdtempSync(join(tmpdir(), "slipway-autoscaling-"));
    const starter = Deployment.starter("autoscaling");
    const { folder: cloudFolder, store } = cloudOf(starter.place);
    let base: BaseRegistry;

    beforeAll(async () => {
        // A Saturday: the time of the deployment, from which the autoscaler acts, decides which schedules are active.
        new SimulatedTime(cloudFolder).skip(Date.parse("2026-11-28T12:00Z") - Date.now());
        base = await BaseRegistry.start(folder);
        for (const stack of ["dev", "prod"]) {
            await starter.succeed(["config", "set", "-s", stack, "base", base.image]);
        }
        await starter.succeed(["config", "set", "-s", "prod", "domain", "quotes.acme.com"]);
    });
    afterAll(async () => {
        await starter.remove();
        await base?.stop();
        rmSync(folder, { recursive: true, force: true });
    });

    /** The state of the only resource of a collection in the region. */
    function only<State>(stack: string, collection: string): State {
        const all = store.list(
            `//compute.googleapis.com/projects/acme-quotes-${stack}/regions/${region}/${collection}`,
        );
        expect(all).toHaveLength(1);
        return all[0]?.state as State;
    }
    const policy = (stack: string) =>
        only<{ autoscalingPolicy: AutoscalingPolicy }>(stack, "autoscalers").autoscalingPolicy;
    const size = () => only<{ targetSize: number }>("dev", "instanceGroupManagers").targetSize;

    /** Deploys until a time, which must change nothing; returns the size of the group. */
    async function sizeAt(time: string, load?: { cpu: number }): Promise<number> {
        const { autoscaler = "" } = (await starter.outputs("dev")) as { autoscaler?: string };
        if (load) {
            starter.cloud.set(autoscaler, "load", load);
        }
        starter.cloud.set(autoscaler, "time", time);
        expect(Object.keys(await starter.again("dev"))).toEqual(["unchanged"]);
        return size();
    }

    test.each(["dev", "prod"])("is deployed as %s by one up, and a second up changes nothing", async (stack) => {
        const { created } = await starter.up(stack);
        expect(created).toBeGreaterThan(20);
        expect(await starter.again(stack)).toEqual({ unchanged: created });
        expect(await starter.preview(stack)).toEqual([]);
    });

    test("has few machines in development, and more in production", () => {
        const bounds = (stack: string) => {
            const { minReplicas, maxReplicas, scalingSchedules = [] } = policy(stack);
            return [minReplicas, ...scalingSchedules.map((each) => each.minRequiredReplicas), maxReplicas];
        };
        expect(bounds("dev")).toEqual([1, 2, 2, 3]);
        expect(bounds("prod")).toEqual([3, 4, 6, 10]);
    });

    test("is served by HTTP at an address in development, and by HTTPS at its domain in production", async () => {
        expect(await starter.outputs("dev")).toMatchObject({
            url: expect.stringMatching(/^http:\/\/[\d.]+$/),
            dnsRecords: [],
        });
        expect(await starter.outputs("prod")).toMatchObject({
            url: "https://quotes.acme.com",
            dnsRecords: [{ name: "quotes.acme.com.", type: "A" }],
        });
    });

    test("scales by schedule and by demand, and an up keeps the size", async () => {
        // A Monday, in winter time.
        expect(await sizeAt("2026-11-30T06:29Z", { cpu: 0.2 })).toBe(1);
        expect(await sizeAt("2026-11-30T06:30Z")).toBe(2);
        expect(await sizeAt("2026-11-30T12:00Z", { cpu: 1.5 })).toBe(3);
        expect(await sizeAt("2026-11-30T17:29Z", { cpu: 0.2 })).toBe(2);
        expect(await sizeAt("2026-11-30T17:45Z")).toBe(1);
        // Sunday, the first day of Christmas.
        expect(await sizeAt("2026-12-19T22:59Z")).toBe(1);
        expect(await sizeAt("2026-12-19T23:00Z")).toBe(2);
    });

    test("a changed file builds a new image, which replaces the template and the machines a few at a time", async () => {
        starter.edit("web/main.py", (text) => text.replace('"ok"', '"well"'));
        expect(await starter.upAsPreviewed("dev")).toEqual([
            "replace Image web",
            "replace RegionInstanceTemplate web-template",
            "update RegionInstanceGroupManager web",
        ]);
        expect(size()).toBe(2);
    });

    test("other scaling changes only the autoscaler, and another capacity only the backend service", async () => {
        starter.edit("index.ts", (text) => text.replace("cpu: 60", "cpu: 70"));
        expect(await starter.upAsPreviewed("dev")).toEqual(["update RegionAutoscaler web"]);
        starter.edit("index.ts", (text) => text.replace("requestsPerSecond: 20", "requestsPerSecond: 30"));
        expect(await starter.upAsPreviewed("dev")).toEqual(["update BackendService quotes-web"]);
    });

    test("is destroyed: dev immediately, prod after its protection is disabled", async () => {
        await starter.destroy("dev");
        expect(starter.remaining("acme-quotes-dev")).toEqual([]);
        await starter.takeDown("prod");
        expect(starter.remaining("acme-quotes-prod")).toEqual([]);
    });

    test("is deployed, updated and destroyed by an account with the roles that it needs, and no others", () => {
        const { roles = [], grantable = [] } = deploys.autoscaling ?? {};
        expect(starter.leastRoles()).toEqual({ roles: [...roles].sort(), grantable: [...grantable].sort() });
    });
});
