import { unknown } from "../../../local/machine/marks";
import { Store } from "../../../local/simulator/cloud/store";
import type { Inputs } from "../../../local/simulator/rules/rules";
import { installed, refusalOf, tokenOf, World } from "./world";

const location = "europe-west1";

function prepared(settings?: object, options?: object): World {
    const world = new World({ project: "acme-dev", region: location, ...settings }, options);
    world.enable("iam", "pubsub");
    return world;
}

describe("a name that the program omits", () => {
    test("is generated from the resource's name, kept, and different for another resource", () => {
        const world = prepared();
        const first = world.checked(tokenOf("Topic"), {}, { name: "SaleRange" });
        const second = world.checked(tokenOf("Topic"), {}, { name: "SaleRange" });
        expect(first.name).toMatch(/^SaleRange-[0-9a-f]{7}$/);
        expect(second.name).not.toBe(first.name);
        expect(world.checked(tokenOf("Topic"), {}, { name: "SaleRange", olds: first })).toEqual(first);
    });

    test("is in lower case for some types", () => {
        const names = [tokenOf("Network"), tokenOf("SecurityPolicy")].map(
            (token) => prepared().checked(token, {}, { name: "SaleRange" }).name,
        );
        expect(names).toEqual(Array(2).fill(expect.stringMatching(/^salerange-[0-9a-f]{7}$/)));
    });

    test("is also generated for an account", () => {
        expect(prepared().makeAny(tokenOf("Account"), {}, "predict-run").id).toMatch(
            /^projects\/acme-dev\/serviceAccounts\/predict-run-[0-9a-f]{7}@acme-dev\.iam\.gserviceaccount\.com$/,
        );
    });

    // The schema has two directions: templates have `conflictsWith` on the name, certificates on the prefix.
    test.each([
        ["gcp:compute/instanceTemplate:InstanceTemplate", { machineType: "e2-micro", disks: [{ boot: true }] }],
        ["gcp:compute/sSLCertificate:SSLCertificate", { certificate: "a certificate", privateKey: "a key" }],
    ])("is not generated beside a prefix, from which the provider generates it: %s", (token, rest) => {
        const world = prepared({}, { generic: true });
        world.enable("compute");
        const made = world.makeAny(token, { namePrefix: "web-", ...rest });
        expect(made.inputs.name).toBeUndefined();
        expect(made.state.name).toMatch(/^web-20\d{16}[0-9a-f]{8}$/);
        expect(made.id).toContain(`/${made.state.name}`);
        expect(world.changed(made)).toEqual([]);
        const wanted = world.checked(token, { namePrefix: "api-", ...rest }, { olds: made.inputs });
        expect(world.provider.diff(token, wanted, made.inputs, made.state)).toMatchObject({
            replaced: ["namePrefix"],
            deleteFirst: false,
        });
        const { state } = world.update(made, { namePrefix: "web-", description: "The web", ...rest });
        expect(state.name).toBe(made.state.name);
        const foreseen = world.provider.create(token, made.inputs, true).state;
        expect(foreseen.name).toBe(unknown);
        expect(() => world.makeAny(token, { name: "web", namePrefix: "web-", ...rest })).toThrow(/conflicts with name/);
    });

    test("of a long prefix has only a date and three digits", () => {
        const world = prepared({}, { generic: true });
        world.enable("compute");
        const disks = [{ boot: true }];
        const { state } = world.makeAny("gcp:compute/instanceTemplate:InstanceTemplate", {
            namePrefix: `${"a".repeat(37)}-`,
            machineType: "e2-micro",
            disks,
        });
        expect(state.name).toMatch(/^a{37}-\d{6}[0-9a-f]{3}$/);
    });

    test("allows a replacement beside the old resource; a configured one does not, even if it changes", () => {
        const world = prepared();
        const replacement = (inputs: Inputs, to: Inputs) => {
            const made = world.make("Bucket", { location, ...inputs });
            const wanted = world.checked(tokenOf("Bucket"), { location, ...inputs, ...to }, { olds: made.inputs });
            const { replaced, deleteFirst } = world.provider.diff(tokenOf("Bucket"), wanted, made.inputs, made.state);
            return { replaced, deleteFirst };
        };
        expect(replacement({}, { location: "EU" })).toEqual({ replaced: ["location"], deleteFirst: false });
        expect(replacement({ name: "acme-one" }, { location: "EU" })).toEqual({
            replaced: ["location"],
            deleteFirst: true,
        });
        expect(replacement({ name: "acme-two" }, { name: "acme-three" })).toEqual({
            replaced: ["name"],
            deleteFirst: true,
        });
        expect(replacement({ name: "acme-four" }, { location: "EUROPE-WEST1", labels: { a: "b" } })).toEqual({
            replaced: [],
            deleteFirst: false,
        });
    });
});

describe("checked inputs", () => {
    test("list the added defaults of each block in the block, and resources have no such lists", () => {
        const world = prepared();
        world.enable("bigquery");
        world.make("Dataset", { datasetId: "sales", location: "EU" });
        const inputs = {
            arguments: [{ name: "x", dataType: '{ "typeKind": "INT64" }' }],
            datasetId: "sales",
            definitionBody: "x",
            routineId: "same",
            routineType: "SCALAR_FUNCTION",
        };
        const checked = world.checked(tokenOf("Routine"), inputs);
        expect(checked).toMatchObject({
            __defaults: [],
            arguments: [{ __defaults: ["argumentKind"], argumentKind: "FIXED_TYPE" }],
        });
        const { state } = world.make("Routine", inputs);
        expect(state.arguments).toEqual([{ name: "x", argumentKind: "FIXED_TYPE", dataType: '{"typeKind":"INT64"}' }]);
    });

    test("have the types of the schema", () => {
        const rule = { name: "web", portRange: 80, labels: { tier: 1 }, target: unknown, region: location };
        expect(prepared().checked(tokenOf("ForwardingRule"), rule)).toMatchObject({
            portRange: "80",
            labels: { tier: "1" },
            target: unknown,
        });
    });
});

test("a difference names the properties that only a replacement changes, unless it replaces them", () => {
    const world = prepared();
    const { token, inputs, state } = world.make("Topic", { name: "sales" });
    const stable = (news: Inputs) => world.provider.diff(token, { ...inputs, ...news }, inputs, state).stable;
    expect(stable({ labels: { team: "a" } })).toEqual(["name", "project", "tags"]);
    expect(stable({ name: "other" })).toEqual(["project", "tags"]);
});

describe("a preview", () => {
    test("has unknown server values, and known values that the provider computes", () => {
        const world = prepared({ defaultLabels: { environment: "dev" } });
        const previewed = (token: string, inputs: Inputs) =>
            world.provider.create(token, world.checked(token, inputs), true);
        const labels = { "goog-pulumi-provisioned": "true", environment: "dev" };
        expect(previewed(tokenOf("Account"), { accountId: "predict-run" })).toEqual({
            id: "",
            state: {
                accountId: "predict-run",
                project: "acme-dev",
                disabled: false,
                deletionPolicy: unknown,
                email: "predict-run@acme-dev.iam.gserviceaccount.com",
                member: "serviceAccount:predict-run@acme-dev.iam.gserviceaccount.com",
                name: unknown,
                uniqueId: unknown,
            },
        });
        expect(previewed(tokenOf("Account"), { accountId: unknown }).state).toMatchObject({
            email: unknown,
            member: unknown,
        });
        expect(previewed(tokenOf("Topic"), { name: "sales" }).state).toEqual({
            name: "sales",
            project: "acme-dev",
            deletionPolicy: unknown,
            messageStoragePolicy: unknown,
            effectiveLabels: labels,
            pulumiLabels: labels,
        });
        expect(previewed(tokenOf("Topic"), { name: "sales", labels: { team: unknown } }).state).toMatchObject({
            effectiveLabels: unknown,
            pulumiLabels: unknown,
        });
    });

    test("has unknown server values inside of configured blocks", () => {
        const world = prepared();
        const serviceConfig = { availableMemory: "1Gi" };
        const { state } = world.provider.create(tokenOf("Function"), { location, serviceConfig }, true);
        expect(state.serviceConfig).toMatchObject({ availableMemory: "1Gi", uri: unknown, service: unknown });
        expect(state.eventTrigger).toBeUndefined();
    });

    test("requires no existing resources", () => {
        const world = new World();
        const inputs = { topic: unknown, name: "reader" };
        expect(world.provider.create(tokenOf("Subscription"), inputs, true).state).toMatchObject(inputs);
        expect(world.cloud.store.list("//pubsub.googleapis.com")).toEqual([]);
    });

    test("of an update keeps unchanged values, and changed ones are unknown", () => {
        const world = prepared();
        world.make("Bucket", { name: "acme-models", location });
        const object = world.make("BucketObject", { bucket: "acme-models", name: "a", content: "1" });
        const wanted = { ...object.inputs, content: "2" };
        expect(world.provider.update(object.token, wanted, object.state, true)).toEqual({
            ...object.state,
            content: "2",
            detectMd5hash: "different hash",
            crc32c: unknown,
            generation: unknown,
            md5hash: unknown,
            md5hexhash: unknown,
            mediaLink: unknown,
        });
        expect(world.refreshed(object)?.state).toEqual(object.state);
        const account = world.make("Account", { accountId: "predict-run", description: "Predicts" });
        const renamed = world.checked(account.token, { accountId: "predict-run", displayName: "Predicts" });
        const { description: _, ...rest } = account.state;
        expect(world.provider.update(account.token, renamed, account.state, true)).toEqual({
            ...rest,
            displayName: "Predicts",
        });
    });
});

describe("labels", () => {
    test("are those of the program, the provider's and Pulumi's marker, unless it is disabled", () => {
        const defaultLabels = { environment: "dev", team: "none" };
        const world = prepared({ defaultLabels, addPulumiAttributionLabel: false });
        const { state } = world.make("Topic", { name: "sales", labels: { team: "forecast" } });
        expect(state).toMatchObject({
            labels: { team: "forecast" },
            effectiveLabels: { environment: "dev", team: "forecast" },
            pulumiLabels: { environment: "dev", team: "forecast" },
        });
    });

    test("of an existing resource have Pulumi's marker if they had it, or if the provider adds it to all", () => {
        const world = prepared();
        const project = "acme-dev";
        const made = world.beside({ project, addPulumiAttributionLabel: false }).make("Topic", { name: "sales" });
        expect(world.changed(made)).toEqual([]);
        const changed = { name: "sales", labels: { team: "forecast" } };
        expect(world.update(made, changed).state.effectiveLabels).toEqual({ team: "forecast" });
        const strict = world.beside({ project, pulumiAttributionLabelAdditionStrategy: "PROACTIVE" });
        expect(strict.changed(made)).toEqual([
            "effectiveLabels.goog-pulumi-provisioned",
            "pulumiLabels.goog-pulumi-provisioned",
        ]);
        const marked = world.make("Topic", { name: "orders" });
        expect(world.update(marked, { ...changed, name: "orders" }).state.effectiveLabels).toEqual({
            "goog-pulumi-provisioned": "true",
            team: "forecast",
        });
    });

    test("of a forwarding rule do not have Pulumi's marker", () => {
        const world = prepared({ defaultLabels: { environment: "dev" } });
        const rule = { name: "quotes", target: "projects/acme-dev/global/targetHttpProxies/quotes", portRange: "80" };
        for (const token of [tokenOf("GlobalForwardingRule"), tokenOf("ForwardingRule")]) {
            const { state } = world.provider.create(token, world.checked(token, rule), true);
            expect(state).toMatchObject({
                effectiveLabels: { environment: "dev" },
                pulumiLabels: { environment: "dev" },
            });
            expect(Object.keys(state.effectiveLabels as object)).toEqual(["environment"]);
        }
    });

    test("of the provider that change update every resource with labels, and no other", () => {
        const world = prepared();
        const made = [world.make("Topic", { name: "sales" }), world.make("Account", { accountId: "predict-run" })];
        const labelled = world.beside({ project: "acme-dev", defaultLabels: { environment: "dev" } });
        expect(made.map((each) => labelled.changed(each))).toEqual([
            ["effectiveLabels.environment", "pulumiLabels.environment"],
            [],
        ]);
        const topic = labelled.make("Topic", { name: "orders" });
        expect(world.changed(topic)).toEqual(["effectiveLabels.environment", "pulumiLabels.environment"]);
        const byHand = { ...topic.state.effectiveLabels, owner: "me" };
        expect(labelled.changed({ ...topic, state: { ...topic.state, effectiveLabels: byHand } })).toEqual([]);
    });
});

describe("a deletion policy", () => {
    test("PREVENT refuses the deletion with the message of generated and of hand-written types", () => {
        const world = prepared();
        const topic = world.make("Topic", { name: "sales", deletionPolicy: "PREVENT" });
        const account = world.make("Account", { accountId: "predict-run", deletionPolicy: "PREVENT" });
        expect(refusalOf(() => world.remove(topic))).toBe(
            'cannot destroy PubsubTopic without setting deletion_policy="DELETE" and running `terraform apply`',
        );
        expect(refusalOf(() => world.remove(account))).toBe(
            `cannot destroy "${account.id}" without setting deletion_policy="DELETE" and running \`terraform apply\``,
        );
        world.remove(world.update(topic, { name: "sales" }));
        expect(world.refreshed(topic)).toBeUndefined();
    });

    test("ABANDON keeps the resource in the cloud", () => {
        const world = prepared();
        const topic = world.make("Topic", { name: "sales", deletionPolicy: "ABANDON" });
        world.remove(topic);
        expect(world.refreshed(topic)).toBeDefined();
    });
});

test("a deleted resource cannot be updated", () => {
    const world = prepared();
    const topic = world.make("Topic", { name: "sales" });
    world.remove(topic);
    expect(refusalOf(() => world.update(topic, { name: "sales", labels: { a: "b" } }))).toBe(
        'Error updating Topic "projects/acme-dev/topics/sales": googleapi: Error 404: Requested entity was not found.',
    );
});

describe("an import", () => {
    test.each(["projects/acme-dev/topics/sales", "acme-dev/sales", "sales"])("finds a topic by %s", (id) => {
        const world = prepared();
        world.make("Topic", { name: "other-sales" });
        const topic = world.make("Topic", { name: "sales", labels: { team: "forecast" } });
        const other = world.beside({ project: "acme-prod" });
        other.enable("pubsub");
        other.make("Topic", { name: "sales" });
        const found = world.provider.read(tokenOf("Topic"), id, {});
        // It manages none of the labels.
        const { labels, ...state } = topic.state;
        expect(labels).toEqual({ team: "forecast" });
        expect(found).toEqual({ id: topic.id, state: { ...state, pulumiLabels: {} } });
        expect(world.provider.inputsOf(tokenOf("Topic"), {}, found?.state ?? {})).toEqual({
            name: "sales",
            project: "acme-dev",
            deletionPolicy: "DELETE",
        });
    });

    test("finds an account by its email, and a grant by its parts", () => {
        const world = prepared();
        const account = world.make("Account", { accountId: "predict-run" });
        world.make("Topic", { name: "sales" });
        const role = "roles/pubsub.publisher";
        const grant = world.make("TopicIAMMember", { topic: "sales", role, member: account.state.member });
        expect(world.provider.read(tokenOf("Account"), account.state.email, {})?.state).toEqual(account.state);
        const id = `projects/acme-dev/topics/sales ${role} ${account.state.member}`;
        expect(world.provider.read(tokenOf("TopicIAMMember"), id, {})).toEqual({ id: grant.id, state: grant.state });
    });

    test("finds a bucket by its project and its name", () => {
        const world = prepared();
        const bucket = world.make("Bucket", { name: "acme-sales", location: "EU" });
        expect(world.provider.read(tokenOf("Bucket"), "acme-dev/acme-sales", {})?.id).toBe(bucket.id);
        expect(world.provider.read(tokenOf("Bucket"), "acme-prod/acme-sales", {})).toBeUndefined();
    });

    test("finds no missing resource", () => {
        const world = prepared();
        world.make("Topic", { name: "sales" });
        expect(world.provider.read(tokenOf("Topic"), "projects/acme-prod/topics/sales", {})).toBeUndefined();
        expect(world.provider.read(tokenOf("Subscription"), "sales", {})).toBeUndefined();
    });
});

describe("a type without rules", () => {
    const gateway = "gcp:compute/haVpnGateway:HaVpnGateway";
    const inputs = { network: "main" };

    test("is refused, with a hint how to accept it", () => {
        expect(refusalOf(() => prepared().checked(gateway, inputs))).toBe(
            `: the local Google Cloud has no rules for ${gateway}, so it cannot reproduce the checks of Google Cloud. To accept such types with the checks of the provider only, run 'slipway local --generic …'.`,
        );
    });

    test("that the installed package does not contain is always refused", () => {
        const nothing = "gcp:compute/networks:Networks";
        expect(refusalOf(() => prepared({}, { generic: true }).checked(nothing, {}))).toBe(
            `: @pulumi/gcp ${installed.version} has no resource type ${nothing}`,
        );
    });

    test("is accepted on request, reported once, and has outputs that a program can read", () => {
        const world = prepared({}, { generic: true });
        const made = world.makeAny(gateway, { ...inputs, stackType: "IPV4_ONLY" }, "main");
        const second = world.makeAny(gateway, inputs, "main");
        expect(world.accepted).toEqual([gateway]);
        expect(made.state).toMatchObject({
            name: expect.stringMatching(/^main-[0-9a-f]{7}$/),
            project: "acme-dev",
            stackType: "IPV4_ONLY",
            selfLink: expect.stringMatching(
                /^https:\/\/www\.googleapis\.com\/compute\/v1\/projects\/acme-dev\/regions\/europe-west1\/haVpnGateways\/main-\w{7}$/,
            ),
        });
        expect(second.id).not.toBe(made.id);
        expect(world.refreshed(made)?.state).toEqual(made.state);
        expect(world.changed(made)).toEqual([]);
        const update = world.update(made, { ...inputs, stackType: "IPV4_IPV6" });
        expect(update.state).toEqual({ ...made.state, stackType: "IPV4_IPV6" });
        world.remove(update);
        expect([world.refreshed(update), world.refreshed(second)?.id]).toEqual([undefined, second.id]);
    });

    test("has outputs that other resources accept, also in blocks", () => {
        const world = prepared({}, { generic: true });
        const sink = world.makeAny("gcp:logging/folderSink:FolderSink", {
            folder: "folders/123456789012",
            name: "sales",
            destination: "storage",
        });
        expect(sink.state.writerIdentity).toBe(
            `serviceAccount:service-${world.number}@gcp-sa-logging.iam.gserviceaccount.com`,
        );
        const connection = world.makeAny("gcp:bigquery/connection:Connection", {
            connectionId: "a",
            location: "europe-west1",
            cloudResource: {},
        });
        const { serviceAccountId } = connection.state.cloudResource;
        const role = "roles/viewer";
        for (const member of [sink.state.writerIdentity, `serviceAccount:${serviceAccountId}`]) {
            const grant = world.make("ProjectIAMMember", { project: "acme-dev", role, member });
            expect(grant.state.member).toBe(member);
        }
        expect(connection.id).toBe("projects/acme-dev/locations/europe-west1/connections/a");
        expect(world.changed(connection)).toEqual([]);
        const cache = world.makeAny("gcp:redis/instance:Instance", { name: "cache", memorySizeGb: 1 });
        expect(cache.state).toMatchObject({
            deletionPolicy: "DELETE",
            host: expect.stringMatching(/^10(\.\d{1,3}){3}$/),
            port: 443,
            createTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\S+Z$/),
            currentLocationId: "redis-instance-current-location-id",
        });
    });

    test("is unchanged in a second deployment, and can be read and deleted without the request", () => {
        const world = prepared({ defaultLabels: { environment: "dev" } }, { generic: true });
        const cache = world.makeAny("gcp:redis/instance:Instance", { memorySizeGb: 1, labels: { a: "b" } });
        expect(cache.state.effectiveLabels).toEqual({ "goog-pulumi-provisioned": "true", environment: "dev", a: "b" });
        expect(world.changed(cache)).toEqual([]);
        const plain = world.beside(world.settings);
        expect(plain.refreshed(cache)?.state).toEqual(cache.state);
        plain.remove(cache);
        expect(plain.refreshed(cache)).toBeUndefined();
    });

    test("has validated properties, and unknown outputs at preview", () => {
        const world = prepared({}, { generic: true });
        const route = "gcp:compute/route:Route";
        expect(refusalOf(() => world.checked(route, { network: "main", range: "10.0.0.0/8" }))).toBe(
            'range: this property does not exist\ndestRange: Missing required property\nnextHopGateway: Invalid combination of arguments. "next_hop_gateway": one of `next_hop_gateway,next_hop_ilb,next_hop_instance,next_hop_ip,next_hop_vpn_tunnel` must be specified',
        );
        expect(world.provider.create(gateway, { name: "main", ...inputs }, true).state).toMatchObject({
            name: "main",
            selfLink: unknown,
        });
    });

    describe("the provider's schema", () => {
        const instance = "gcp:redis/instance:Instance";
        const world = prepared({}, { generic: true });
        const refusal = (token: string, inputs: Inputs) => refusalOf(() => world.checked(token, inputs));

        test("determines which changes replace a resource", () => {
            const made = world.makeAny(instance, { memorySizeGb: 1, tier: "BASIC" });
            const replaced = (inputs: Inputs) => {
                const wanted = world.checked(
                    instance,
                    { memorySizeGb: 1, tier: "BASIC", ...inputs },
                    { olds: made.inputs },
                );
                return world.provider.diff(instance, wanted, made.inputs, made.state).replaced;
            };
            expect(replaced({ tier: "STANDARD_HA" })).toEqual(["tier"]);
            expect(replaced({ memorySizeGb: 2, displayName: "Cache" })).toEqual([]);
            expect(world.changed(made, { memorySizeGb: 2 })).toEqual(["memorySizeGb"]);
        });

        test("determines defaults", () => {
            const { inputs } = world.makeAny(instance, { memorySizeGb: 1 });
            expect(inputs).toMatchObject({ tier: "BASIC", connectMode: "DIRECT_PEERING", authEnabled: false });
        });

        test("determines allowed values", () => {
            const persistenceConfig = { rdbSnapshotPeriod: "NEVER" };
            expect(refusal(instance, { memorySizeGb: 1, tier: "LARGE", persistenceConfig })).toBe(
                'persistenceConfig.rdbSnapshotPeriod: expected persistence_config.0.rdb_snapshot_period to be one of ["ONE_HOUR" "SIX_HOURS" "TWELVE_HOURS" "TWENTY_FOUR_HOURS" ""], got NEVER\ntier: expected tier to be one of ["BASIC" "STANDARD_HA" ""], got LARGE',
            );
        });

        test("determines conflicting properties, and required properties of blocks", () => {
            const cluster = { clusterId: "sales", location: "europe-west1", networkConfig: { network: "main" } };
            const source = {
                restoreBackupSource: {},
                restoreContinuousBackupSource: { cluster: "a", pointInTime: unknown },
            };
            expect(refusal("gcp:alloydb/cluster:Cluster", { ...cluster, ...source })).toBe(
                'restoreBackupSource.backupName: Missing required property\nrestoreBackupSource: Conflicting configuration arguments. "restore_backup_source": conflicts with restore_continuous_backup_source',
            );
            expect(
                refusal("gcp:compute/route:Route", {
                    network: "main",
                    destRange: "10.0.0.0/8",
                    nextHopIp: "10.1.0.1",
                    nextHopGateway: "a",
                }),
            ).toBe(
                'nextHopGateway: Invalid combination of arguments. "next_hop_gateway": only one of `next_hop_gateway,next_hop_ilb,next_hop_instance,next_hop_ip,next_hop_vpn_tunnel` can be specified, but `next_hop_gateway,next_hop_ip` were specified.',
            );
        });

        test("allows unknown values for required properties", () => {
            const route = { network: "main", destRange: "10.0.0.0/8", nextHopIp: unknown };
            expect(world.checked("gcp:compute/route:Route", route)).toMatchObject(route);
            const connector = { name: "range", subnet: { name: unknown } };
            expect(prepared().checked("gcp:vpcaccess/connector:Connector", connector)).toMatchObject(connector);
        });
    });
});

test("determines properties that keep their value when the program removes them, except the deletion policy", () => {
    const world = prepared();
    world.make("Topic", { name: "sales" });
    const given = { name: "reader", topic: "sales", ackDeadlineSeconds: 30, deletionPolicy: "PREVENT" };
    const made = world.make("Subscription", given);
    const { ackDeadlineSeconds: _, deletionPolicy, ...rest } = given;
    expect(world.changed(made, { ...rest, deletionPolicy })).toEqual([]);
    expect(world.changed(made, rest)).toEqual(["deletionPolicy"]);
});

test("a function of the provider without rules is refused", () => {
    expect(refusalOf(() => prepared().provider.invoke("gcp:compute/getRegions:getRegions", {}))).toBe(
        "the local Google Cloud does not support the function gcp:compute/getRegions:getRegions",
    );
});

test("a creation reads only resources that it refers to, however many there are", () => {
    const world = prepared();
    const list = jest.spyOn(Store.prototype, "list");
    const member = world.account("predict-run");
    world.make("Topic", { name: "sales" });
    world.make("Subscription", { topic: "sales" });
    world.make("TopicIAMMember", { topic: "sales", role: "roles/pubsub.publisher", member });
    world.make("ProjectIAMMember", { project: "acme-dev", role: "roles/viewer", member });
    world.make("Bucket", { name: "acme-models", location });
    world.make("BucketObject", { bucket: "acme-models", content: "" });
    const policy = "//policies.iam.googleapis.com/storage.googleapis.com/buckets/acme-models/grants";
    expect(list.mock.calls.filter(([path]) => !path?.startsWith(policy))).toEqual([]);
});
