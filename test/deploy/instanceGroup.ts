import type { Fault } from "slipway-local";
import { cloudOf } from "../../local/simulator/cloudOf";
import { Deployment, rolesOfExample } from "./deployment";

const regional = (project: string) => `//compute.googleapis.com/projects/${project}/regions/europe-west1`;

/** The states of a collection in the region of a project. */
export const statesIn = ({ place }: Deployment, project: string, collection: string): Record<string, unknown>[] =>
    cloudOf(place)
        .store.list(`${regional(project)}/${collection}`)
        .map(({ state }) => state as Record<string, unknown>);

/** Resources that belong to groups. */
export const ofGroups = /Instance|Autoscaler|HealthCheck|BackendService/;

const example = "instance-group.ts";

/** Tests the example of the page: `npm test` deploys it as dev, and the level `extended` as prod. */
export function deployInstanceGroupAs(stack: "dev" | "prod"): void {
    describe(`the example of the page as ${stack}`, () => {
        const deployment = Deployment.pages([example]);
        const project = `acme-forecast-${stack}`;
        afterAll(() => deployment.remove());
        const edit = (from: string, to: string) =>
            deployment.edit(example, (text) => {
                expect(text).toContain(from);
                return text.replace(from, to);
            });
        /** The only one of a collection. */
        function only(collection: string): Record<string, unknown> {
            const [state, ...others] = statesIn(deployment, project, collection);
            expect(others).toEqual([]);
            return state as Record<string, unknown>;
        }
        const size = () => only("instanceGroupManagers").targetSize;
        const autoscaler = () => `autoscalers/${only("autoscalers").name}`;
        /** Lets the autoscaler act until a time. */
        const until = (time: string) => deployment.cloud.set(autoscaler(), "time", time);
        /** Deploys and refreshes, which must change nothing. */
        const unchanged = async () => expect(Object.keys(await deployment.again(stack))).toEqual(["unchanged"]);

        test("is created as previewed after a failed creation, and a second up and a refresh change nothing", async () => {
            const faults: Fault[] = [
                {
                    verb: "create",
                    type: "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager",
                    answer: 403,
                },
            ];
            const { code } = await deployment.run(["up", "-s", stack, "--yes", "--skip-preview"], {}, { faults });
            expect([code === 0, statesIn(deployment, project, "instanceGroupManagers")]).toEqual([false, []]);
            expect((await deployment.upAsPreviewed(stack)).every((step) => step.startsWith("create "))).toBe(true);
            await unchanged();
            expect(size()).toBe(2);
        });

        test("grows with its load and with a schedule, and an up keeps its size", async () => {
            deployment.cloud.set(autoscaler(), "load", { cpu: 5.4 });
            until("2026-11-22T08:00Z");
            await unchanged();
            expect(size()).toBe(7);
            deployment.cloud.set(autoscaler(), "load", { cpu: 0.2 });
            until("2026-11-22T09:00Z");
            await unchanged();
            // One less every ten minutes, after ten minutes of stabilization; there are no predictions yet.
            expect(size()).toBe(2);
            until("2026-12-19T23:00Z");
            await unchanged();
            expect(size()).toBe(5);
        });

        test("gets another template in place, which is created before the one that it uses is deleted", async () => {
            const [template] = statesIn(deployment, project, "instanceTemplates");
            deployment.edit("group/start.sh", (text) => text.replace("8080", "8081"));
            expect(await deployment.upAsPreviewed(stack)).toEqual([
                "replace RegionInstanceTemplate web-template",
                "update RegionInstanceGroupManager web",
            ]);
            const { name } = only("instanceTemplates");
            expect(name).not.toBe(template?.name);
            expect(JSON.stringify(only("instanceGroupManagers").versions)).toContain(String(name));
            expect(size()).toBe(5);
        });

        // One of each resource at a time.
        test.each([
            [
                "scaling, another update policy, health check and capacity are",
                [
                    ["cpu: 80", "cpu: 60"],
                    ["ports:", "update: { surge: 0, unavailable: 3 }, ports:"],
                    ['"/healthz"', '"/models/bucket"'],
                    ["requestsPerSecond: 100", "requestsPerSecond: 50"],
                ],
                [
                    "update BackendService front-web",
                    "update HealthCheck web",
                    "update RegionAutoscaler web",
                    "update RegionInstanceGroupManager web",
                ],
            ],
            [
                "stabilization period and delay of autohealing are",
                [
                    ["predictive: true", 'predictive: true, stabilization: "5 minutes"'],
                    ['health: "/models/bucket"', 'health: { path: "/models/bucket", initialDelay: "10 minutes" }'],
                ],
                ["update RegionAutoscaler web", "update RegionInstanceGroupManager web"],
            ],
            [
                "canary is",
                [["ports:", 'canary: { template: { machineType: "e2-standard-2" } }, ports:']],
                ["create RegionInstanceTemplate web-canary", "update RegionInstanceGroupManager web"],
            ],
            [
                "standby pool is",
                [["ports:", "standby: { stopped: 1 }, ports:"]],
                ["update RegionInstanceGroupManager web"],
            ],
        ] as const)("another %s changed in place", async (_, edits, steps) => {
            for (const [from, to] of edits) {
                edit(from, to);
            }
            expect((await deployment.upAsPreviewed(stack)).sort()).toEqual(steps);
            expect(size()).toBe(5);
        });

        test.each([
            ["zones", "ports:", 'zones: ["europe-west1-b", "europe-west1-c"], ports:'],
            ["name", "ports:", 'name: "shop", ports:'],
        ])(
            "other %s replace the group and its autoscaler, which would keep it from being deleted",
            async (_, from, to) => {
                const before = only("instanceGroupManagers").name;
                edit(from, to);
                expect(await deployment.upAsPreviewed(stack)).toEqual(
                    expect.arrayContaining([
                        "replace RegionAutoscaler web",
                        "replace RegionInstanceGroupManager web",
                        "update BackendService front-web",
                    ]),
                );
                expect(only("instanceGroupManagers").name).not.toBe(before);
                await unchanged();
            },
        );

        test("leaves nothing when it is destroyed, in production after its protection is disabled", async () => {
            await (stack === "prod" ? deployment.takeDown(stack) : deployment.destroy(stack));
            expect(deployment.existing().filter((each) => ofGroups.test(each))).toEqual([]);
            expect(deployment.remaining(project)).toEqual([]);
        });

        test("all of this takes only the roles of the example", () => {
            expect(deployment.leastRoles()).toEqual(rolesOfExample(example));
        });
    });
}
