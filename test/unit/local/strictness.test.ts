import { Cloud } from "../../../local/simulator/cloud/cloud";
import type { Inputs } from "../../../local/simulator/rules/rules";
import { newFolder, refusalOf, World } from "./world";

/** A project with its APIs enabled, and a clock that tests advance. */
function prepared(...apis: string[]) {
    const clock = { now: new Date("2026-01-01T00:00:00Z") };
    const world = new World(undefined, {}, new Cloud(newFolder(), undefined, () => clock.now));
    world.enable("iam", "pubsub", ...apis);
    const refusal = (type: string, inputs: Inputs) => refusalOf(() => world.make(type, inputs));
    const pass = (days: number) => {
        clock.now = new Date(clock.now.getTime() + days * 86_400_000);
    };
    return { world, refusal, pass };
}

const topic = "projects/acme-dev/topics/sales";
const publisher = (member: string) => ({ topic: "sales", role: "roles/pubsub.publisher", member });
const settings = { edition: "ENTERPRISE", tier: "db-custom-1-3840" };
const database = { name: "sales", databaseVersion: "POSTGRES_17", deletionProtection: false, settings };
const cluster = { name: "main", location: "europe-west1", initialNodeCount: 1, deletionProtection: false };
const container = { containers: [{ image: "europe-docker.pkg.dev/google/hello/app" }] };

test("an API that is not enabled: 403, SERVICE_DISABLED", () => {
    const refusal = refusalOf(() => new World().make("Topic", { name: "sales" }));
    expect(refusal).toContain(
        "Error creating Topic: googleapi: Error 403: Cloud Pub/Sub API has not been used in project acme-dev before or it is disabled. Enable it by visiting https://console.developers.google.com/apis/api/pubsub.googleapis.com/overview?project=acme-dev then retry.",
    );
    expect(refusal).toContain('"reason": "SERVICE_DISABLED"');
});

test("an existing name: 409", () => {
    const { world, refusal } = prepared();
    world.make("Topic", { name: "sales" });
    expect(refusal("Topic", { name: "sales" })).toBe(
        "Error creating Topic: googleapi: Error 409: Resource already exists in the project (resource=sales).",
    );
});

test("a reference to a missing resource: 404", () => {
    expect(prepared().refusal("Subscription", { name: "reader", topic: "sales" })).toBe(
        "Error creating Subscription: googleapi: Error 404: Resource not found (resource=sales).",
    );
});

test("a member that does not exist, or of an unknown type: 400", () => {
    const { world, refusal } = prepared();
    world.make("Topic", { name: "sales" });
    const setting = `Error applying IAM policy for pubsub topic "${topic}": Error setting IAM policy for pubsub topic "${topic}": googleapi: Error 400:`;
    expect(refusal("TopicIAMMember", publisher("serviceAccount:gone@acme-dev.iam.gserviceaccount.com"))).toBe(
        `${setting} Service account gone@acme-dev.iam.gserviceaccount.com does not exist.`,
    );
    expect(refusal("TopicIAMMember", publisher("robot:ann@acme.com"))).toBe(
        `${setting} The member robot:ann@acme.com is of an unknown type. Please set a valid type prefix for the member.`,
    );
});

test("a service agent that does not exist yet: 400, until it is requested", () => {
    const { world, refusal } = prepared();
    const agent = `service-${world.number}@gcp-sa-pubsub.iam.gserviceaccount.com`;
    const grant = { project: "acme-dev", role: "roles/viewer", member: `serviceAccount:${agent}` };
    expect(refusal("ProjectIAMMember", grant)).toContain(
        `Error 400: Service account ${agent} does not exist., badRequest`,
    );
    world.make("ServiceIdentity", { service: "pubsub.googleapis.com" });
    world.make("ProjectIAMMember", grant);
});

test.each<[string, string, Inputs, string]>([
    [
        "run",
        "RunService",
        { location: "europe-west99", template: container },
        "Error 400: Location europe-west99 is not found or access is unauthorized.",
    ],
    [
        "compute",
        "Subnetwork",
        { network: "default", region: "europe-west99", ipCidrRange: "10.0.0.0/24" },
        "Error 400: Invalid value for field 'region': 'europe-west99'. Unknown region., invalid",
    ],
    [
        "artifactregistry",
        "Repository",
        { repositoryId: "images", format: "DOCKER", location: "europe-west99" },
        "Error 403: Permission 'artifactregistry.repositories.create' denied on resource '//artifactregistry.googleapis.com/projects/acme-dev/locations/europe-west99' (or it may not exist).",
    ],
    [
        "storage",
        "Bucket",
        { location: "europe-west99" },
        "Error 400: The specified location constraint is not valid., invalid",
    ],
    [
        "appengine",
        "Application",
        { locationId: "europe-north1" },
        "Error 400: Invalid location ID 'europe-north1' for project 'acme-dev'., badRequest",
    ],
    [
        "sqladmin",
        "DatabaseInstance",
        { ...database, region: "europe-west99" },
        "Error 400: Invalid request: Invalid region (europe-west99)., invalid",
    ],
])("%s: a region that is not supported", (api, type, inputs, words) => {
    expect(prepared(api).refusal(type, inputs)).toContain(words);
});

test("a zone that is not in the region of its instance", () => {
    expect(
        prepared("sqladmin").refusal("DatabaseInstance", {
            ...database,
            settings: { ...settings, locationPreference: { zone: "us-east1-b" } },
        }),
    ).toBe(
        "Error, failed to create instance sales: googleapi: Error 400: Invalid request: Invalid zone (us-east1-b) for region (europe-west1)., invalid",
    );
});

test("a resource in use: 400, resourceInUseByAnotherResource", () => {
    const { world } = prepared("compute");
    world.make("Network", { name: "private", autoCreateSubnetworks: false });
    const subnetwork = world.make("Subnetwork", { name: "inner", network: "private", ipCidrRange: "10.0.0.0/24" });
    world.make("Address", { name: "host", addressType: "INTERNAL", subnetwork: "inner" });
    expect(refusalOf(() => world.remove(subnetwork))).toContain(
        "Error 400: The subnetwork resource 'projects/acme-dev/regions/europe-west1/subnetworks/inner' is already being used by 'projects/acme-dev/regions/europe-west1/addresses/host', resourceInUseByAnotherResource",
    );
});

test("an API that others require, or that is in use: 400, failedPrecondition", () => {
    const { world } = prepared();
    world.enable("container");
    const off = { service: "compute.googleapis.com", disableOnDestroy: true };
    const disabling =
        'Error when reading or editing Project Service acme-dev/compute.googleapis.com: Error disabling service "compute.googleapis.com" for project "acme-dev": googleapi: Error 400: The service compute.googleapis.com';
    expect(refusalOf(() => world.remove(world.make("Service", off)))).toBe(
        `${disabling} is depended on by the following active service(s): container.googleapis.com; Please specify disable_dependent_services=true if you want to proceed with disabling all services., failedPrecondition`,
    );
    const usage = { ...off, disableDependentServices: true, checkIfServiceHasUsageOnDestroy: true };
    expect(refusalOf(() => world.remove(world.make("Service", usage)))).toContain(
        `${disabling} has been used recently`,
    );
    world.remove(world.make("Service", { ...off, disableDependentServices: true }));
    for (const api of ["compute", "container"]) {
        expect(() => world.cloud.projects.requireApi("acme-dev", `${api}.googleapis.com`, api)).toThrow("Error 403");
    }
});

test.each<[string, Inputs, string]>([
    [
        "RunService",
        { name: "web", location: "europe-west1", template: container },
        "cannot destroy service without setting deletion_protection=false and running `terraform apply`",
    ],
    [
        "DatabaseInstance",
        { ...database, deletionProtection: undefined },
        "Error, failed to delete instance because deletion_protection is set to true. Set it to false to proceed with instance deletion",
    ],
    [
        "Topic",
        { name: "sales", deletionPolicy: "PREVENT" },
        'cannot destroy PubsubTopic without setting deletion_policy="DELETE" and running `terraform apply`',
    ],
])("deletion protection of a %s, with the provider's message", (type, inputs, words) => {
    const { world } = prepared("run", "sqladmin");
    const made = world.make(type, inputs);
    expect(refusalOf(() => world.remove(made))).toBe(words);
    expect(world.refreshed(made)?.id).toBe(made.id);
});

test("the name of a deleted Cloud SQL instance, for a week: 409", () => {
    const { world, refusal, pass } = prepared("sqladmin");
    world.remove(world.make("DatabaseInstance", database));
    pass(6);
    expect(refusal("DatabaseInstance", database)).toBe(
        "Error, failed to create instance sales: googleapi: Error 409: The Cloud SQL instance already exists. When you delete an instance, you can't reuse the name of the deleted instance until one week from the deletion date., instanceAlreadyExists",
    );
    pass(2);
    world.make("DatabaseInstance", database);
});

test("the ID of a deleted workload identity pool, for 30 days: 409", () => {
    const { world, refusal, pass } = prepared();
    const pool = { workloadIdentityPoolId: "pipelines" };
    world.remove(world.make("WorkloadIdentityPool", pool));
    pass(29);
    expect(refusal("WorkloadIdentityPool", pool)).toBe(
        "Error creating WorkloadIdentityPool: googleapi: Error 409: Requested entity already exists",
    );
    pass(2);
    world.make("WorkloadIdentityPool", pool);
});

test("a condition that is not valid CEL, or uses unknown attributes: 400", () => {
    const { world, refusal } = prepared();
    world.make("Topic", { name: "sales" });
    const condition = (expression: string) => ({ condition: { title: "until 2030", expression } });
    const member = "user:zoe@acme.com";
    for (const expression of ["request.time <", "assertion.ref == 'main'"]) {
        expect(refusal("TopicIAMMember", { ...publisher(member), ...condition(expression) })).toContain(
            "googleapi: Error 400: Condition expression compilation failed.",
        );
    }
});

test("a second App Engine application: 409", () => {
    const { world, refusal } = prepared("appengine");
    world.make("Application", { locationId: "europe-west" });
    expect(refusal("Application", { locationId: "us-east1" })).toBe(
        "Error creating App Engine application: googleapi: Error 409: This application already exists and cannot be re-created., alreadyExists",
    );
});

test("a policy with an outdated etag: 409, aborted", () => {
    const { world, refusal } = prepared();
    const member = world.account("writer");
    world.account("reader");
    const serviceAccountId = "projects/acme-dev/serviceAccounts/reader@acme-dev.iam.gserviceaccount.com";
    const policy = (members: string[], etag?: string) => ({
        serviceAccountId,
        policyData: JSON.stringify({ bindings: [{ role: "roles/viewer", members }], etag }),
    });
    const first = world.make("AccountIAMPolicy", policy([member]));
    const second = world.update(first, policy([member, "user:ann@acme.com"], first.state.etag));
    expect(second.state.etag).not.toBe(first.state.etag);
    expect(world.refreshed(second)?.state.etag).toBe(second.state.etag);
    expect(refusal("AccountIAMPolicy", policy([member], first.state.etag))).toMatch(
        /^Error setting IAM policy for service account 'projects\/acme-dev\/serviceAccounts\/reader@acme-dev\.iam\.gserviceaccount\.com': googleapi: Error 409: There were concurrent policy changes\. Please retry the whole read-modify-write with exponential backoff\. The request's ETag '.+' did not match the current policy's ETag '.+'\., aborted$/,
    );
});

describe("a quota or a limit", () => {
    test("of the members of a policy: 1,500", () => {
        const { world, refusal } = prepared();
        world.make("Topic", { name: "sales" });
        const members = Array.from({ length: 1501 }, (_, index) => `user:u${index}@acme.com`);
        const large = { topic: "sales", role: "roles/viewer", members };
        const words = "The number of members in the policy (1,501) is larger than the maximum allowed size 1,500.";
        expect(refusal("TopicIAMBinding", large)).toContain(`Error 400: ${words}`);
        jest.spyOn(world.cloud.store, "count").mockReturnValue(1500);
        expect(refusal("TopicIAMMember", publisher("user:ann@acme.com"))).toContain(`Error 400: ${words}`);
    });

    test("of the groups in a policy, and of its size", () => {
        const { world, refusal } = prepared();
        world.make("Topic", { name: "sales" });
        const binding = (count: number, name: (index: number) => string) => ({
            topic: "sales",
            role: "roles/viewer",
            members: Array.from({ length: count }, (_, index) => name(index)),
        });
        expect(
            refusal(
                "TopicIAMBinding",
                binding(251, (index) => `group:g${index}@acme.com`),
            ),
        ).toContain(
            "Error 400: The number of groups and domains in the policy (251) is larger than the maximum allowed size 250.",
        );
        const long = binding(1400, (index) => `user:${"a".repeat(200)}${index}@acme.com`);
        expect(refusal("TopicIAMBinding", long)).toMatch(
            /Error 400: The size of the policy \([\d,]+ bytes\) is larger than the maximum allowed size 256,000 bytes\./,
        );
    });

    test("of the service accounts of a project: 100", () => {
        const { world, refusal } = prepared();
        for (let number = 0; number < 100; number++) {
            world.account(`account-${number}`);
        }
        expect(refusal("Account", { accountId: "one-too-many" })).toBe(
            "Error creating service account: googleapi: Error 429: Maximum number of service accounts on project reached., rateLimitExceeded",
        );
    });

    test("of networks, and of firewall rules in all of them", () => {
        const { world, refusal } = prepared("compute");
        for (let number = 0; number < 4; number++) {
            world.make("Network", { name: `network-${number}`, autoCreateSubnetworks: false });
        }
        expect(refusal("Network", { name: "more" })).toBe(
            "Error creating Network: googleapi: Error 403: Quota 'NETWORKS' exceeded.  Limit: 5.0 globally., quotaExceeded",
        );
        const rule = (name: string, network: string) => ({
            name,
            network,
            allows: [{ protocol: "icmp" }],
            sourceRanges: ["10.0.0.0/8"],
        });
        // The default network has four.
        for (let number = 0; number < 96; number++) {
            world.make("Firewall", rule(`rule-${number}`, `network-${number % 4}`));
        }
        expect(refusal("Firewall", rule("more", "network-0"))).toBe(
            "Error creating Firewall: googleapi: Error 403: Quota 'FIREWALLS' exceeded.  Limit: 100.0 globally., quotaExceeded",
        );
    });

    test.each<[string, string, number, Inputs]>([
        ["Topic", "//pubsub.googleapis.com/projects/acme-dev/topics", 10_000, { name: "more" }],
        ["Subscription", "//pubsub.googleapis.com/projects/acme-dev/subscriptions", 10_000, { topic: "sales" }],
        [
            "Job",
            "//cloudscheduler.googleapis.com/projects/acme-dev/locations/europe-west1/jobs",
            5000,
            { schedule: "0 3 * * *", httpTarget: { uri: "https://acme.com" } },
        ],
    ])("of each %s in a project", (type, path, most, inputs) => {
        const { world, refusal } = prepared("cloudscheduler");
        world.make("Topic", { name: "sales" });
        const count = jest.spyOn(world.cloud.store, "count").mockReturnValue(most);
        expect(refusal(type, inputs)).toContain(`Error 429: Quota exceeded for quota metric `);
        expect(count).toHaveBeenLastCalledWith(path, most);
        count.mockReturnValue(most - 1);
        world.make(type, inputs);
    });

    test("of the notifications of a bucket for one event: 10", () => {
        const { world, refusal } = prepared();
        world.make("Topic", { name: "sales" });
        world.make("Bucket", { name: "acme-files", location: "europe-west1" });
        const { member } = world.provider.invoke("gcp:storage/getProjectServiceAccount:getProjectServiceAccount", {});
        world.make("TopicIAMMember", publisher(String(member)));
        const notify = (eventTypes: string[], objectNamePrefix?: string) => ({
            bucket: "acme-files",
            topic,
            payloadFormat: "NONE",
            eventTypes,
            objectNamePrefix,
        });
        for (let number = 0; number < 10; number++) {
            world.make("Notification", notify(["OBJECT_FINALIZE"], "in/"));
        }
        expect(refusal("Notification", notify(["OBJECT_FINALIZE"]))).toBe(
            "Error creating notification config for bucket acme-files: googleapi: Error 400: Too many overlapping notifications. The maximum is 10., invalid",
        );
        world.make("Notification", notify(["OBJECT_DELETE"], "in/"));
        world.make("Notification", notify(["OBJECT_FINALIZE"], "out/"));
    });

    test("of the labels of a resource, their number and format", () => {
        const { world, refusal } = prepared();
        const many = (count: number) =>
            Object.fromEntries(Array.from({ length: count }, (_, index) => [`l${index}`, ""]));
        // Pulumi's own label counts towards the 64.
        expect(refusal("Topic", { labels: many(64) })).toContain(
            "Error 400: Resource has 65 labels. At most 64 are allowed.",
        );
        world.make("Topic", { labels: many(63) });
        expect(refusal("Topic", { labels: { Team: "a" } })).toContain(
            "Error 400: Label key 'Team' violates format constraints. The key must start with a lowercase character,",
        );
        expect(refusal("Topic", { labels: { team: "A B" } })).toContain(
            "Error 400: Label value 'A B' violates format constraints. The value can only contain lowercase letters,",
        );
    });

    test("of the variables of a container: 1,000, each of 32 KiB", () => {
        const { refusal } = prepared("run");
        const service = (envs: Inputs[]) => ({
            location: "europe-west1",
            template: { containers: [{ ...container.containers[0], envs }] },
        });
        const many = Array.from({ length: 1001 }, (_, index) => ({ name: `V${index}`, value: "" }));
        expect(refusal("RunService", service(many))).toContain("The limit on EnvVars across all containers is 1000.");
        expect(refusal("RunService", service([{ name: "LONG", value: "a".repeat(32 * 1024 + 1) }]))).toContain(
            "length cannot exceed 32768.",
        );
        expect(refusal("RunService", service([{ name: "PORT", value: "80" }]))).toBe(
            "Error creating Service: googleapi: Error 400: template.containers[0].env: The following reserved env names were provided: PORT. These values are automatically set by the system.",
        );
    });

    test.each<[string, Inputs, string]>([
        ["Topic", { name: "a".repeat(256) }, "Error 400: Invalid resource name given"],
        ["Bucket", { name: "a".repeat(64), location: "EU" }, "Error 400: Invalid bucket name: "],
        ["Account", { accountId: "a".repeat(31) }, "must be between 6 and 30 characters long"],
        [
            "Account",
            { accountId: "forecast", displayName: "a".repeat(101) },
            "Error 400: The display name must be at most 100 bytes.",
        ],
        ["Network", { name: "a".repeat(64) }, "doesn't match regexp"],
        [
            "RunService",
            { name: "a".repeat(50), location: "europe-west1", template: container },
            "must be less than 50 characters",
        ],
    ])("of the length of a text of a %s", (type, inputs, words) => {
        expect(prepared("run", "compute").refusal(type, inputs)).toContain(words);
    });
});

test("the existing name of a cluster or a router NAT: 409", () => {
    const { world, refusal } = prepared("container");
    world.make("Cluster", cluster);
    expect(refusal("Cluster", cluster)).toBe(
        "googleapi: Error 409: Already exists: projects/acme-dev/locations/europe-west1/clusters/main., alreadyExists",
    );
    world.make("Router", { name: "out", network: "default" });
    const gateway = {
        name: "out",
        router: "out",
        natIpAllocateOption: "AUTO_ONLY",
        sourceSubnetworkIpRangesToNat: "ALL_SUBNETWORKS_ALL_IP_RANGES",
    };
    world.make("RouterNat", gateway);
    expect(refusal("RouterNat", gateway)).toBe(
        "Unable to create RouterNat, existing object already found: map[name:out]",
    );
});

test.each<[string, Inputs, string]>([
    ["in a missing network", { network: "gone" }, 'Error 400: Project "acme-dev" has no network named "gone".'],
    ["without a subnetwork", { network: "private" }, 'Error 400: Network "private" requires specifying a subnetwork.'],
    [
        "of an unknown version",
        { minMasterVersion: "1.18" },
        'Error 400: No valid versions with the prefix "1.18" found.',
    ],
    [
        "of a version of another channel",
        { minMasterVersion: "1.36", releaseChannel: { channel: "STABLE" } },
        'Error 400: Master version must be one of "STABLE" channel supported versions [',
    ],
    [
        "with maintenance for less than 48 hours in 92 days",
        {
            maintenancePolicy: {
                recurringWindow: {
                    startTime: "2026-01-03T00:00:00Z",
                    endTime: "2026-01-03T04:00:00Z",
                    recurrence: "FREQ=MONTHLY",
                },
            },
        },
        "maintenance policy would go longer than 92d without 48h maintenance availability",
    ],
    [
        "with what an Autopilot cluster decides by itself",
        { enableAutopilot: true, removeDefaultNodePool: true },
        'removeDefaultNodePool: Conflicting configuration arguments. "remove_default_node_pool": conflicts with enable_autopilot',
    ],
])("a cluster %s is refused", (_, inputs, words) => {
    const { world, refusal } = prepared("container");
    world.make("Network", { name: "private", autoCreateSubnetworks: false });
    expect(refusal("Cluster", { ...cluster, ...inputs })).toContain(words);
});

test("a node pool of a missing cluster, or of an Autopilot cluster: 404, 400", () => {
    const { world, refusal } = prepared("container");
    const pool = { cluster: "main", location: "europe-west1" };
    expect(refusal("NodePool", pool)).toBe(
        "error creating NodePool: googleapi: Error 404: Not found: projects/acme-dev/locations/europe-west1/clusters/main., notFound",
    );
    world.make("Cluster", { ...cluster, initialNodeCount: undefined, enableAutopilot: true });
    expect(refusal("NodePool", pool)).toContain("Error 400: Autopilot node pools cannot be accessed or modified.");
});

test("a cluster with deletion protection cannot be deleted", () => {
    const { world } = prepared("container");
    const made = world.make("Cluster", { ...cluster, deletionProtection: true });
    expect(refusalOf(() => world.remove(made))).toBe(
        "Cannot destroy cluster because deletion_protection is set to true. Set it to false to proceed with cluster deletion.",
    );
});

test("deleting a missing resource is no error", () => {
    const { world } = prepared("compute", "container", "run", "sqladmin");
    const gone = [
        world.make("Cluster", cluster),
        world.make("Topic", { name: "sales" }),
        world.make("Network", { name: "private", autoCreateSubnetworks: false }),
        world.make("RunService", {
            name: "web",
            location: "europe-west1",
            template: container,
            deletionProtection: false,
        }),
        world.make("WorkloadIdentityPool", { workloadIdentityPoolId: "pipelines" }),
        world.make("DatabaseInstance", database),
    ];
    for (const made of gone) {
        world.remove(made);
        world.remove(made);
        expect(world.refreshed(made)).toBeUndefined();
    }
});
