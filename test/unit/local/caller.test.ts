import type { Entry } from "../../../local/simulator/cloud/store";
import { callsOf, methodsOfFunction } from "../../../local/simulator/permissions/calls";
import { listedMethods, permissionsOfMethod } from "../../../local/simulator/permissions/methods";
import { allPermissions } from "../../../local/simulator/permissions/permissions";
import { nameOf } from "../../../local/simulator/provider/types";
import { functions, types } from "../../../local/simulator/rules/catalogue";
import { examples, prepared } from "./examples";
import { refusalOf, upload, World } from "./world";

const project = "acme-dev";
const email = `deployer@${project}.iam.gserviceaccount.com`;
const member = `serviceAccount:${email}`;

/** A project with a deployer that has roles on it. */
function deployed(
    roles: string[],
    apis: string[] = [],
    ...settings: ConstructorParameters<typeof World>
): { owner: World; deployer: World } {
    const owner = new World(...settings);
    owner.enable("iam", ...apis);
    owner.account("deployer");
    for (const role of roles) {
        owner.make("ProjectIAMMember", { project, role, member });
    }
    return { owner, deployer: owner.as({ as: email }) };
}

describe("who runs a command", () => {
    test("creates, reads, updates and deletes what its roles contain, and nothing else", () => {
        const { deployer } = deployed(["roles/pubsub.editor"], ["pubsub", "secretmanager"]);
        const topic = deployer.make("Topic", { name: "sales" });
        expect(deployer.refreshed(topic)).toBeDefined();
        const updated = deployer.update(topic, { name: "sales", labels: { team: "forecast" } });
        deployer.remove(updated);
        expect(refusalOf(() => deployer.make("Secret", { secretId: "password", replication: { auto: {} } }))).toContain(
            `Error creating Secret: googleapi: Error 403: Permission 'secretmanager.secrets.create' denied on resource '//secretmanager.googleapis.com/projects/${project}' (or it may not exist).`,
        );
    });

    test("is refused to read, to update and to delete what others made", () => {
        const { owner, deployer } = deployed(["roles/browser"], ["pubsub"]);
        const topic = owner.make("Topic", { name: "sales" });
        const refused = "Error 403: User not authorized to perform this action.";
        expect(refusalOf(() => deployer.refreshed(topic))).toContain(refused);
        expect(refusalOf(() => deployer.update(topic, { name: "sales", labels: { a: "b" } }))).toContain(refused);
        expect(refusalOf(() => deployer.remove(topic))).toContain(refused);
    });

    test("leaves a resource behind that it may create and not read", () => {
        const { owner, deployer } = deployed(["roles/storage.objectCreator"]);
        owner.make("Bucket", { name: "acme-models", location: "europe-west1" });
        const object = { bucket: "acme-models", name: "a.json", content: "" };
        expect(refusalOf(() => deployer.make("BucketObject", object))).toContain(
            `${email} does not have storage.objects.get access to the Google Cloud Storage object.`,
        );
        expect(owner.cloud.store.read("//storage.googleapis.com/buckets/acme-models/objects/a.json")).toBeDefined();
    });

    test("by default is an owner, whose role lacks what is kept in buckets, and who has it by their policies", () => {
        const owner = new World();
        const bucket = owner.make("Bucket", { name: "acme-models", location: "europe-west1" });
        owner.make("BucketObject", { bucket: "acme-models", name: "a.json", content: "" });
        const policyData = JSON.stringify({
            bindings: [{ role: "roles/storage.objectViewer", members: ["user:you@example.com"] }],
        });
        owner.makeAny("gcp:storage/bucketIAMPolicy:BucketIAMPolicy", { bucket: "acme-models", policyData });
        expect(refusalOf(() => owner.refreshed(bucket))).toContain("storage.buckets.get");
    });

    test("must exist, and may do nothing while it is disabled", () => {
        const { owner, deployer } = deployed(["roles/pubsub.editor"], ["pubsub"]);
        const unknown = `nobody@${project}.iam.gserviceaccount.com`;
        expect(() => owner.as({ as: unknown })).toThrow(
            `--as: the local Google Cloud has no service account ${unknown}`,
        );
        const account = owner.cloud.store.read(`//iam.googleapis.com/serviceAccounts/${email}`) as Entry;
        owner.cloud.store.write({ ...account, state: { ...account.state, disabled: true } });
        expect(refusalOf(() => deployer.make("Topic", { name: "sales" }))).toContain("Error 403");
    });

    test("can be a federated principal, by a role of the principal or of its pool", () => {
        const { owner } = deployed([], ["pubsub", "bigquery"]);
        owner.make("WorkloadIdentityPool", { workloadIdentityPoolId: "pipelines" });
        const pool = `//iam.googleapis.com/projects/${owner.number}/locations/global/workloadIdentityPools/pipelines`;
        const pipeline = owner.as({ as: `principal:${pool}/subject/acme` });
        expect(refusalOf(() => pipeline.make("Topic", { name: "sales" }))).toContain("Error 403");
        const role = "roles/pubsub.editor";
        owner.make("ProjectIAMMember", { project, role, member: `principalSet:${pool}/*` });
        pipeline.make("Topic", { name: "sales" });
        // Policies of datasets name it with a prefix.
        owner.make("Dataset", { datasetId: "sales" });
        const table = { datasetId: "sales", tableId: "predictions", deletionProtection: false };
        expect(refusalOf(() => pipeline.make("Table", table))).toContain("Permission bigquery.tables.create denied");
        const federated = `iamMember:principalSet:${pool}/*`;
        owner.make("DatasetIamMember", { datasetId: "sales", role: "roles/bigquery.dataEditor", member: federated });
        pipeline.make("Table", table);
    });

    test("registers an endpoint of Google's APIs in Service Directory and Cloud DNS", () => {
        const roles = ["roles/compute.networkAdmin", "roles/servicedirectory.editor"];
        const { owner, deployer } = deployed(roles, ["compute", "dns", "servicedirectory"]);
        const network = owner.make("Network", { name: "private", autoCreateSubnetworks: false }).id;
        const purpose = "PRIVATE_SERVICE_CONNECT";
        const addressType = "INTERNAL";
        owner.make("GlobalAddress", { name: "apis", purpose, addressType, network, address: "10.255.255.254" });
        const endpoint = { name: "apis", loadBalancingScheme: "", network, ipAddress: "apis", target: "all-apis" };
        expect(refusalOf(() => deployer.make("GlobalForwardingRule", endpoint))).toContain(
            "Required 'dns.managedZones.create' permission",
        );
        owner.make("ProjectIAMMember", { project, role: "roles/dns.admin", member });
        deployer.remove(deployer.make("GlobalForwardingRule", endpoint));
    });

    test("needs a role in the project of the network that a zone peers with", () => {
        const { owner, deployer } = deployed(["roles/dns.admin"], ["compute", "dns"]);
        const hub = owner.beside({ project: "acme-hub", region: "europe-west1" });
        hub.enable("compute");
        const target = hub.make("Network", { name: "hub", autoCreateSubnetworks: false }).id;
        const own = owner.make("Network", { name: "apps", autoCreateSubnetworks: false }).id;
        const zone = (networkUrl: string) => ({
            name: "hub",
            dnsName: "hub.internal.",
            visibility: "private",
            privateVisibilityConfig: { networks: [{ networkUrl: own }] },
            peeringConfig: { targetNetwork: { networkUrl } },
        });
        expect(refusalOf(() => deployer.make("ManagedZone", zone(target)))).toContain(
            "Permission 'dns.networks.targetWithPeeringZone' denied on resource '//cloudresourcemanager.googleapis.com/projects/acme-hub'",
        );
        const beside = owner.make("Network", { name: "beside", autoCreateSubnetworks: false }).id;
        deployer.remove(deployer.make("ManagedZone", zone(beside)));
        hub.make("ProjectIAMMember", { project: "acme-hub", role: "roles/dns.peer", member });
        deployer.remove(deployer.make("ManagedZone", zone(target)));
    });

    test("needs a role for essential contacts", () => {
        const settings = { project, billingProject: project, userProjectOverride: true };
        const { owner, deployer } = deployed([], ["essentialcontacts"], settings);
        const contact = {
            parent: `projects/${project}`,
            email: "ann@acme.com",
            languageTag: "en",
            notificationCategorySubscriptions: ["ALL"],
        };
        expect(refusalOf(() => deployer.make("Contact", contact))).toContain("essentialcontacts.contacts.create");
        owner.make("ProjectIAMMember", { project, role: "roles/essentialcontacts.admin", member });
        deployer.remove(deployer.make("Contact", contact));
    });

    test("needs to be allowed to set the policy of the topic that it gives a budget", () => {
        const settings = { project, billingProject: project, userProjectOverride: true };
        const { owner, deployer } = deployed([], ["billingbudgets", "pubsub"], settings);
        const account = "012345-6789AB-CDEF01";
        const role = "roles/billing.costsManager";
        owner.cloud.iam.grant("", `//cloudbilling.googleapis.com/billingAccounts/${account}`, { role, member });
        const topic = owner.make("Topic", { name: "costs" }).id;
        const budget = { billingAccount: account, amount: { specifiedAmount: { units: "300" } } };
        const told = { ...budget, allUpdatesRule: { pubsubTopic: topic } };
        const denied = "googleapi: Error 403: The caller does not have permission";
        const made = deployer.make("Budget", budget);
        expect(refusalOf(() => deployer.make("Budget", told))).toContain(denied);
        expect(refusalOf(() => deployer.update(made, told))).toContain(denied);
        owner.make("TopicIAMMember", { topic, role: "roles/pubsub.admin", member });
        const updated = deployer.update(made, told);
        deployer.remove(deployer.update(updated, { ...told, displayName: "costs" }));
    });

    test("lists the versions of Kubernetes if it may list clusters", () => {
        const { owner, deployer } = deployed([], ["container"]);
        const versions = () =>
            deployer.provider.invoke("gcp:container/getEngineVersions:getEngineVersions", { location: "europe-west1" });
        expect(refusalOf(versions)).toContain('Required "container.clusters.list" permission(s)');
        owner.make("ProjectIAMMember", { project, role: "roles/container.clusterViewer", member });
        expect(versions()).toMatchObject({ location: "europe-west1" });
    });

    test("is not looked at if the cloud is lenient", () => {
        const { owner } = deployed([], ["pubsub"]);
        owner.as({ as: email, lenient: true }).make("Topic", { name: "sales" });
    });
});

describe("a deployer that may administer IAM under a condition", () => {
    const allowed = ["roles/pubsub.publisher", "roles/logging.logWriter"];
    const expression = `api.getAttribute("iam.googleapis.com/modifiedGrantsByRole", []).hasOnly(${JSON.stringify(allowed)})`;
    const condition = { title: "Only the listed roles", expression };

    function conditional(): { owner: World; deployer: World } {
        const both = deployed(["roles/browser"], ["cloudresourcemanager"]);
        const role = "roles/resourcemanager.projectIamAdmin";
        both.owner.make("ProjectIAMMember", { project, role, member, condition });
        both.owner.account("runtime");
        return both;
    }
    const runtime = `serviceAccount:runtime@${project}.iam.gserviceaccount.com`;
    const refused = `Error setting IAM policy for project "${project}": googleapi: Error 403: The caller does not have permission, forbidden`;

    test("grants, reads and revokes the listed roles", () => {
        const { deployer } = conditional();
        const grant = deployer.make("ProjectIAMMember", { project, role: allowed[0], member: runtime });
        expect(deployer.refreshed(grant)).toBeDefined();
        deployer.remove(grant);
    });

    test("cannot make itself or another account owner", () => {
        const { deployer } = conditional();
        for (const who of [member, runtime]) {
            const grant = { project, role: "roles/owner", member: who };
            expect(refusalOf(() => deployer.make("ProjectIAMMember", grant))).toContain(refused);
            const binding = { project, role: "roles/owner", members: [who] };
            expect(refusalOf(() => deployer.make("ProjectIAMBinding", binding))).toContain(refused);
        }
    });

    test("can neither replace the policy nor revoke another role", () => {
        const { owner, deployer } = conditional();
        const grant = owner.make("ProjectIAMMember", { project, role: "roles/viewer", member: runtime });
        expect(refusalOf(() => deployer.remove(grant))).toContain("Error 403: The caller does not have permission");
        const policyData = JSON.stringify({ bindings: [{ role: allowed[0], members: [runtime] }] });
        const replace = () => deployer.makeAny("gcp:projects/iAMPolicy:IAMPolicy", { project, policyData });
        expect(refusalOf(replace)).toContain("Error 403: The caller does not have permission");
    });
});

describe("an account that is attached", () => {
    const apis =
        "appengine artifactregistry bigquery bigquerydatatransfer cloudbuild cloudfunctions cloudscheduler".split(" ");
    const more = "composer compute container eventarc pubsub run storage workflows".split(" ");
    /** Roles to create everything, without one to act as accounts. */
    const roles = [
        ..."appengine.appAdmin artifactregistry.admin bigquery.admin cloudbuild.builds.editor cloudfunctions.admin".split(
            " ",
        ),
        ..."cloudscheduler.admin composer.admin compute.networkAdmin container.admin pubsub.admin run.admin".split(" "),
        ..."secretmanager.admin storage.admin workflows.admin".split(" "),
    ].map((role) => `roles/${role}`);
    const account = `runtime@${project}.iam.gserviceaccount.com`;

    /** Another account, which the deployer may act as. */
    const other = `elsewhere@${project}.iam.gserviceaccount.com`;

    function mayActAs(owner: World, whom: string): void {
        const serviceAccountId = `projects/${project}/serviceAccounts/${whom}`;
        owner.make("AccountIAMMember", { serviceAccountId, role: "roles/iam.serviceAccountUser", member });
    }

    function world(): { owner: World; deployer: World } {
        const both = deployed(roles, [...apis, ...more]);
        both.owner.account("runtime");
        both.owner.account("elsewhere");
        mayActAs(both.owner, other);
        both.owner.make("Topic", { name: "sales" });
        both.owner.make("Bucket", { name: "acme-files", location: "europe-west1" });
        upload(both.owner, "acme-files", "code.zip", { "main.py": "" });
        return both;
    }

    const run = { template: { containers: [{ image: "gcr.io/cloudrun/hello" }], serviceAccount: account } };
    const http = { uri: "https://acme.dev/" };
    const source = { storageSource: { bucket: "acme-files", object: "code.zip" } };
    const build = { runtime: "python312", entryPoint: "main", source };
    const version = {
        service: "default",
        versionId: "v1",
        runtime: "python312",
        entrypoint: { shell: "python main.py" },
        deployment: { zip: { sourceUrl: "https://storage.googleapis.com/acme-files/code.zip" } },
    };
    const denied = `Permission 'iam.serviceaccounts.actAs' denied on service account ${account} (or it may not exist).`;
    const lacks = `The principal (user or service account) lacks IAM permission "iam.serviceAccounts.actAs" for the resource "${account}" (or the resource may not exist).`;
    const unauthorized = "User not authorized to perform this action.";
    const noAccess = `Error 400: The user does not have access to service account "${account}"., badRequest`;
    const query = {
        displayName: "daily",
        location: "EU",
        dataSourceId: "scheduled_query",
        serviceAccountName: account,
        params: { query: "SELECT 1" },
    };
    const location = "europe-west1";
    const job = { name: "daily", schedule: "0 3 * * *" };

    test.each<[string, string, object, string]>([
        [
            "a version of App Engine",
            "StandardAppVersion",
            { ...version, serviceAccount: account },
            `You do not have permission to act as '${account}'`,
        ],
        [
            "a flexible version of App Engine",
            "FlexibleAppVersion",
            {
                ...version,
                runtime: "python",
                serviceAccount: account,
                livenessCheck: { path: "/" },
                readinessCheck: { path: "/" },
                automaticScaling: { cpuUtilization: { targetUtilization: 0.5 } },
            },
            `You do not have permission to act as '${account}'`,
        ],
        [
            "a scheduled query",
            "DataTransferConfig",
            query,
            `Permission 'iam.serviceAccounts.actAs' denied on service account ${account} (or it may not exist).`,
        ],
        [
            "a function",
            "Function",
            { name: "f", location, buildConfig: build, serviceConfig: { serviceAccountEmail: account } },
            denied,
        ],
        [
            "the build of a function",
            "Function",
            {
                name: "f",
                location,
                buildConfig: { ...build, serviceAccount: `projects/${project}/serviceAccounts/${account}` },
                serviceConfig: { serviceAccountEmail: other },
            },
            denied,
        ],
        [
            "a trigger",
            "Function",
            {
                name: "f",
                location,
                buildConfig: { ...build, serviceAccount: `projects/${project}/serviceAccounts/${other}` },
                serviceConfig: { serviceAccountEmail: other },
                eventTrigger: {
                    eventType: "google.cloud.pubsub.topic.v1.messagePublished",
                    pubsubTopic: `projects/${project}/topics/sales`,
                    serviceAccountEmail: account,
                },
            },
            denied,
        ],
        ["a service of Cloud Run", "RunService", { name: "web", location, ...run }, denied],
        [
            "a job with an OIDC token",
            "Job",
            { ...job, httpTarget: { ...http, oidcToken: { serviceAccountEmail: account } } },
            lacks,
        ],
        [
            "a job with an OAuth token",
            "Job",
            { ...job, httpTarget: { ...http, oauthToken: { serviceAccountEmail: account } } },
            lacks,
        ],
        [
            "a Composer environment",
            "Environment",
            { name: "main", region: location, config: { nodeConfig: { serviceAccount: account } } },
            `User not authorized to act as service account '${account}'.`,
        ],
        [
            "nodes of a cluster",
            "Cluster",
            { name: "main", location, initialNodeCount: 1, nodeConfig: { serviceAccount: account } },
            noAccess,
        ],
        [
            "nodes of Autopilot",
            "Cluster",
            {
                name: "main",
                location,
                enableAutopilot: true,
                clusterAutoscaling: { autoProvisioningDefaults: { serviceAccount: account } },
            },
            noAccess,
        ],
        [
            "a node pool",
            "NodePool",
            { name: "more", location, cluster: "main", nodeConfig: { serviceAccount: account } },
            noAccess,
        ],
        [
            "a push subscription",
            "Subscription",
            {
                name: "push",
                topic: "sales",
                pushConfig: { pushEndpoint: "https://acme.dev/", oidcToken: { serviceAccountEmail: account } },
            },
            unauthorized,
        ],
        [
            "a workflow",
            "Workflow",
            { name: "export", region: location, serviceAccount: account, sourceContents: "main:\n  steps: []\n" },
            denied,
        ],
    ])("of %s needs a role to act as it", (_, type, inputs, message) => {
        const { owner, deployer } = world();
        expect(refusalOf(() => deployer.make(type, inputs))).toContain(message);
        mayActAs(owner, account);
        // Whatever else is missing, its account is accepted.
        expect(outcome(() => deployer.make(type, inputs))).not.toContain(message);
    });
});

/** The message of an error, or nothing. */
function outcome(call: () => unknown): string {
    try {
        call();
        return "";
    } catch (error) {
        return (error as Error).message;
    }
}

describe("the API calls of Google's provider", () => {
    test.each(Object.entries(types))("of %s have known permissions", (token, rules) => {
        const world = prepared(token);
        const context = { cloud: world.cloud, ...world.settings };
        for (const example of examples[token] ?? []) {
            const inputs = world.checked(token, example);
            const policyOf = rules.policy?.name({ ...world.settings, ...inputs });
            const name = nameOf(rules, { ...world.settings, ...inputs });
            const old = { ...inputs, disabled: true, paused: true, masterInstanceName: "a" };
            for (const verb of ["create", "read", "update", "delete"] as const) {
                const calls = callsOf(verb, { rules, name, policyOf, inputs, old }, context);
                expect(calls.flatMap(({ method }) => permissionsOfMethod(method))).toBeDefined();
            }
        }
    });

    test.each(Object.keys(functions))("of %s have known permissions", (token) => {
        expect(methodsOfFunction(token).flatMap(permissionsOfMethod)).toBeDefined();
    });

    test("that are listed beside the data have permissions of Google Cloud", () => {
        const { permissions } = allPermissions();
        const unknown = [...listedMethods.values()].flat().filter((permission) => !permissions.includes(permission));
        expect(unknown).toEqual([]);
    });

    test("are refused without them, until they are added", () => {
        expect(() => permissionsOfMethod("pubsub.projects.topics.paint")).toThrow(
            "the permissions of the API method pubsub.projects.topics.paint are not known: add them with their source to local/simulator/permissions/methods.ts",
        );
    });
});
