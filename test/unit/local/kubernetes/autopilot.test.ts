import type { KubeObject } from "../../../../local/runtime/kubernetes/api/api";
import { mutated } from "../../../../local/runtime/kubernetes/autopilot/mutation";
import { adjusted, violations } from "../../../../local/runtime/kubernetes/autopilot/resources";

const amounts = (cpu: string, memory: string, storage = "1Gi") => ({ cpu, memory, "ephemeral-storage": storage });

const deployment = (pod: object) =>
    ({
        kind: "Deployment",
        metadata: { name: "web", namespace: "n" },
        spec: { template: { metadata: {}, spec: { containers: [{ name: "web" }], ...pod } } },
    }) as unknown as KubeObject;
const podIn = ({ spec }: KubeObject) => spec.template.spec;

describe("Autopilot", () => {
    test.each<[string, object, object]>([
        [
            "increases memory below a GiB for each CPU, and leaves higher limits",
            { requests: amounts("100m", "100Mi"), limits: amounts("500m", "500Mi") },
            { requests: amounts("100m", "103Mi"), limits: amounts("500m", "500Mi") },
        ],
        [
            "sets a limit of storage alone without any",
            {},
            { requests: amounts("500m", "2Gi"), limits: { "ephemeral-storage": "1Gi" } },
        ],
        [
            "increases CPU below a 6.5th of the memory",
            { requests: amounts("500m", "6Gi") },
            { requests: amounts("924m", "6Gi"), limits: { "ephemeral-storage": "1Gi" } },
        ],
        [
            "increases requests to its minimums, and limits to the requests",
            { requests: amounts("10m", "10Mi", "1Mi"), limits: amounts("20m", "20Mi", "1Mi") },
            { requests: amounts("50m", "52Mi", "10Mi"), limits: amounts("50m", "52Mi", "10Mi") },
        ],
        [
            "reduces the limit of storage to the request",
            { requests: amounts("1", "2Gi", "2Gi"), limits: { "ephemeral-storage": "4Gi" } },
            { requests: amounts("1", "2Gi", "2Gi"), limits: { "ephemeral-storage": "2Gi" } },
        ],
        [
            "requests the limits without requests",
            { limits: amounts("1", "4Gi") },
            { requests: amounts("1", "4Gi"), limits: amounts("1", "4Gi") },
        ],
        [
            "leaves what is in its ranges",
            { requests: amounts("50m", "52Mi", "10Mi"), limits: amounts("2", "13Gi", "10Mi") },
            { requests: amounts("50m", "52Mi", "10Mi"), limits: amounts("2", "13Gi", "10Mi") },
        ],
    ])("%s", (_, given, expected) => {
        expect(adjusted(given)).toEqual(expected);
    });

    test("notes a change in an annotation and a warning", () => {
        const resources = { requests: amounts("250m", "200Mi"), limits: amounts("250m", "200Mi") };
        const { object, warnings } = mutated(deployment({ containers: [{ name: "web", resources }] }));
        const changed = { requests: amounts("250m", "256Mi"), limits: amounts("250m", "256Mi") };
        expect(podIn(object).containers[0].resources).toEqual(changed);
        expect(JSON.parse(object.metadata.annotations?.["autopilot.gke.io/resource-adjustment"] ?? "")).toEqual({
            input: { containers: [{ ...resources, name: "web" }] },
            output: { containers: [{ ...changed, name: "web" }] },
            computeClassAtAdmission: "Default",
            modified: true,
        });
        expect(warnings).toEqual([
            "autopilot-default-resources-mutator:Autopilot updated Deployment n/web: adjusted resources to meet requirements for containers [web] (see http://g.co/gke/autopilot-resources)",
        ]);
        expect(mutated(deployment({})).warnings).toEqual([
            "autopilot-default-resources-mutator:Autopilot updated Deployment n/web: defaulted unspecified resources for containers [web] (see http://g.co/gke/autopilot-defaults)",
        ]);
        // What it has changed it leaves.
        expect(mutated(object)).toEqual({ object, warnings: [] });
    });

    test("adds a seccomp profile, drops raw sockets and tolerates the architecture", () => {
        expect(podIn(mutated(deployment({})).object)).toMatchObject({
            securityContext: { seccompProfile: { type: "RuntimeDefault" } },
            containers: [{ securityContext: { capabilities: { drop: ["NET_RAW"] } } }],
            tolerations: [{ key: "kubernetes.io/arch", operator: "Equal", value: "amd64", effect: "NoSchedule" }],
        });
        const arm = { nodeSelector: { "kubernetes.io/arch": "arm64" }, tolerations: [{ key: "spot" }] };
        expect(podIn(mutated(deployment(arm)).object).tolerations).toMatchObject([{ key: "spot" }, { value: "arm64" }]);
        const own = { containers: [{ name: "web", securityContext: { capabilities: { drop: ["ALL"] } } }] };
        expect(podIn(mutated(deployment(own)).object).containers[0].securityContext).toEqual({
            capabilities: { drop: ["ALL"] },
        });
    });

    test("does not change the resources of other compute classes", () => {
        const nodeSelector = { "cloud.google.com/compute-class": "Performance" };
        expect(podIn(mutated(deployment({ nodeSelector })).object).containers[0].resources).toBeUndefined();
    });

    test("refuses pods above its maximums, with all containers", () => {
        const container = (requests: object) => ({ name: "web", resources: { requests } });
        const of = (...requests: object[]) =>
            violations({ containers: requests.map(container) } as unknown as KubeObject, "web");
        expect(of(amounts("30", "110Gi", "10Gi"))).toEqual([]);
        expect(of(amounts("1", "2Gi", "6Gi"), amounts("30", "109Gi", "5Gi"))).toEqual(
            [
                ["cpu", "30"],
                ["memory", "110Gi"],
                ["ephemeral-storage", "10Gi"],
            ].map(
                ([name, max]) =>
                    `Total ${name} requested by containers for workload 'web' is higher than the Autopilot maximum of '${max}'.`,
            ),
        );
    });

    test("refuses a required anti-affinity with less than half a CPU, and no preferred one", () => {
        const of = (when: string, cpu: string) => {
            const affinity = { podAntiAffinity: { [`${when}DuringSchedulingIgnoredDuringExecution`]: [{}] } };
            const containers = [{ name: "web", resources: { requests: amounts(cpu, "1Gi") } }];
            return violations({ containers, affinity } as unknown as KubeObject, "web");
        };
        expect(of("required", "250m")).toEqual([
            "workload 'web' cpu requests '250m' is lower than the Autopilot minimum required of '500m' for using pod anti affinity.",
        ]);
        expect([...of("required", "500m"), ...of("preferred", "250m")]).toEqual([]);
    });
});
