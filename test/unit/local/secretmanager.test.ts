import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { formatResource, inventory } from "../../../local/simulator/inventory";
import { findVersion } from "../../../local/simulator/services/secretmanager/names";
import { type Made, newFolder, refusalOf, World } from "./world";

const auto = { replication: { auto: {} } };
const path = "projects/acme-dev/secrets/password";

function prepared(folder?: string): World {
    const world = new World(undefined, { folder });
    world.enable("iam", "pubsub", "secretmanager");
    world.make("Secret", { secretId: "password", ...auto });
    return world;
}

const add = (world: World, inputs: object = {}): Made =>
    world.make("SecretVersion", { secret: path, secretData: "hunter2", ...inputs });

test("a secret has server defaults", () => {
    const world = prepared();
    const { id, state } = world.make("Secret", { secretId: "token", ...auto, annotations: { owner: "forecast" } });
    expect({ id, state }).toEqual({
        id: "projects/acme-dev/secrets/token",
        state: {
            secretId: "token",
            project: "acme-dev",
            name: `projects/${world.number}/secrets/token`,
            ...auto,
            annotations: { owner: "forecast" },
            effectiveAnnotations: { owner: "forecast" },
            createTime: expect.stringMatching(/^20/),
            expireTime: "",
            deletionPolicy: "DELETE",
            deletionProtection: false,
            effectiveLabels: { "goog-pulumi-provisioned": "true" },
            pulumiLabels: { "goog-pulumi-provisioned": "true" },
        },
    });
});

test("a secret's name is unique in its project, and has letters, digits, - and _", () => {
    const world = prepared();
    expect(refusalOf(() => world.make("Secret", { secretId: "password", ...auto }))).toBe(
        `Error creating Secret: googleapi: Error 409: Secret [projects/${world.number}/secrets/password] already exists.`,
    );
    for (const secretId of ["pass.word", "x".repeat(256)]) {
        expect(refusalOf(() => world.make("Secret", { secretId, ...auto }))).toBe(
            `Error creating Secret: googleapi: Error 400: The provided Secret ID [${secretId}] does not match the expected format [[a-zA-Z_0-9]+]`,
        );
    }
});

test("the versions of a secret are numbered, and numbers of destroyed versions are not reused", () => {
    const world = prepared();
    const first = add(world);
    expect(first.id).toBe(`projects/${world.number}/secrets/password/versions/1`);
    expect(first.state).toEqual({
        secret: path,
        project: "acme-dev",
        name: first.id,
        version: "1",
        secretData: "hunter2",
        secretDataWoVersion: 0,
        enabled: true,
        deletionPolicy: "DELETE",
        createTime: expect.stringMatching(/^20/),
        destroyTime: "",
    });
    world.remove(first);
    expect(world.refreshed(first)).toBeUndefined();
    expect(add(world, { secret: "password" }).state).toMatchObject({ version: "2", secret: path });
    expect(add(world, { secret: `projects/${world.number}/secrets/password` }).state.version).toBe("3");
});

test("another value creates another version, before the old one is destroyed", () => {
    const world = prepared();
    const { token, inputs, state } = add(world);
    expect(world.provider.diff(token, { ...inputs, secretData: "new" }, inputs, state)).toMatchObject({
        replaced: ["secretData"],
        deleteFirst: false,
    });
});

test("the payload of a version is in no file and is not shown", () => {
    const folder = newFolder();
    const world = prepared(folder);
    const made = add(world);
    const disabled = world.update(made, { ...made.inputs, enabled: false });
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((file) => join(folder, file));
    const texts = files.filter((file) => statSync(file).isFile());
    expect(texts.length).toBeGreaterThan(5);
    expect(texts.filter((file) => /hunter2|aHVudGVyMg/.test(readFileSync(file, "utf8")))).toEqual([]);
    expect(formatResource(inventory(world.cloud), made.id)).not.toContain("hunter2");
    expect(disabled.state).toMatchObject({ secretData: "hunter2", enabled: false });
    expect(world.refreshed(disabled)?.state).toEqual(disabled.state);
});

test("write-only data is in no state, and only a changed data version creates a new one", () => {
    const world = prepared();
    const writeOnly = { secret: path, secretDataWo: "hunter2", secretDataWoVersion: 1 };
    const made = world.make("SecretVersion", writeOnly);
    expect(JSON.stringify(made.state)).not.toContain("hunter2");
    expect(JSON.stringify(world.refreshed(made)?.state)).not.toContain("hunter2");
    expect(world.cloud.store.content(findVersion(world.cloud, path, "1")?.content ?? "").toString()).toBe("hunter2");
    expect(world.changed(made, { ...writeOnly, secretDataWo: "other" })).toEqual([]);
    expect(world.changed(made, { ...writeOnly, secretDataWo: "other", secretDataWoVersion: 2 })).toEqual([
        "secretDataWoVersion",
    ]);
});

test("data in base64 is stored as bytes", () => {
    const world = prepared();
    const made = add(world, { secretData: "aHVudGVyMg==", isSecretDataBase64: true });
    expect(world.cloud.store.content(findVersion(world.cloud, path, "1")?.content ?? "").toString()).toBe("hunter2");
    expect(world.refreshed(made)?.state.secretData).toBe("aHVudGVyMg==");
});

test.each([
    [{ secretData: "x".repeat(65_537) }, "Error 400: Secret payload data length must be at most [65536] bytes."],
    [{ secretData: "" }, "Error 400: Field [payload] is required."],
    [
        { secretData: "hunter2!", isSecretDataBase64: true },
        "Error 400: Invalid value at 'payload.data' (TYPE_BYTES), Base64 decoding failed",
    ],
])("a version with %j is refused", (inputs, text) => {
    expect(refusalOf(() => add(prepared(), inputs))).toBe(`Error creating SecretVersion: googleapi: ${text}`);
});

test("a version of a missing secret is refused", () => {
    const world = prepared();
    expect(refusalOf(() => add(world, { secret: "token" }))).toBe(
        `Error creating SecretVersion: googleapi: Error 404: Secret [projects/${world.number}/secrets/token] not found.`,
    );
    expect(refusalOf(() => add(world, { secret: "a/b" }))).toContain(
        "secret: secret does not fit any of the expected formats",
    );
    expect(refusalOf(() => add(world, { secret: "projects/acme-dev/secrets/token", project: "acme-test" }))).toBe(
        "project acme-dev was supplied on the secret and acme-test supplied on the config, values conflict",
    );
    expect(refusalOf(() => add(world, { secretDataWo: "x" }))).toBe(
        'secretData: Invalid combination of arguments. "secret_data": only one of `secret_data,secret_data_wo` can be specified, but `secret_data,secret_data_wo` were specified.',
    );
});

test("deleting a version depends on its deletion policy and on the secret", () => {
    const world = prepared();
    const stateOf = (made: Made) =>
        world.cloud.store.read(`//secretmanager.googleapis.com/${path}/versions/${made.state.version}`);
    const destroyed = add(world);
    world.remove(destroyed);
    expect(stateOf(destroyed)).toMatchObject({ state: { enabled: false, destroyTime: expect.stringMatching(/^20/) } });
    expect(stateOf(destroyed)?.content).toBeUndefined();

    const disabled = add(world, { deletionPolicy: "DISABLE" });
    world.remove(disabled);
    expect(stateOf(disabled)).toMatchObject({
        state: { enabled: false, destroyTime: "" },
        content: expect.any(String),
    });

    const abandoned = add(world, { deletionPolicy: "ABANDON" });
    world.remove(abandoned);
    expect(stateOf(abandoned)?.state.enabled).toBe(true);

    const prevented = add(world, { deletionPolicy: "PREVENT" });
    expect(refusalOf(() => world.remove(prevented))).toBe(
        'cannot destroy SecretManagerSecretVersion without setting deletion_policy="DELETE" and running `terraform apply`',
    );

    world.make("Secret", { secretId: "delayed", ...auto, versionDestroyTtl: "86400s" });
    const delayed = add(world, { secret: "delayed" });
    world.remove(delayed);
    expect(world.refreshed(delayed)?.state.enabled).toBe(false);
});

test("a secret with deletion protection cannot be deleted, and others are deleted with their versions", () => {
    const world = prepared();
    const made = world.make("Secret", { secretId: "kept", ...auto, deletionProtection: true });
    add(world, { secret: "kept" });
    expect(refusalOf(() => world.remove(made))).toBe(
        "cannot destroy secret manager secret without setting deletion_protection=false and running `terraform apply`",
    );
    world.remove(world.update(made, { ...made.inputs, deletionProtection: false }));
    world.make("Secret", { secretId: "kept", ...auto });
    expect(findVersion(world.cloud, "projects/acme-dev/secrets/kept", "latest")).toBeUndefined();
    expect(add(world, { secret: "kept" }).state.version).toBe("1");
});

test("an alias refers to an existing version", () => {
    const world = prepared();
    const [first] = [add(world), add(world)];
    const secret = { token: "gcp:secretmanager/secret:Secret", id: path };
    const state = world.provider.read(secret.token, path, {})?.state ?? {};
    const made = { ...secret, inputs: { secretId: "password", ...auto }, state };
    const aliased = world.update(made, { ...made.inputs, versionAliases: { good: "1" } });
    expect(findVersion(world.cloud, path, "good")?.state.name).toBe(first?.id);
    expect(findVersion(world.cloud, path, "latest")?.state.version).toBe("2");
    expect(refusalOf(() => world.update(aliased, { ...made.inputs, versionAliases: { good: "3" } }))).toContain(
        `Error 404: Secret Version [projects/${world.number}/secrets/password/versions/3] not found.`,
    );
    for (const alias of ["latest", "NEW", "1st"]) {
        expect(refusalOf(() => world.update(aliased, { ...made.inputs, versionAliases: { [alias]: "1" } }))).toContain(
            `Error 400: Version alias [${alias}] is not valid.`,
        );
    }
});

test("a TTL starts when it is set", () => {
    const world = prepared();
    const made = world.make("Secret", { secretId: "brief", ...auto, ttl: "3600s" });
    const inAnHour = Date.now() + 3_600_000;
    expect(Math.abs(Date.parse(made.state.expireTime) - inAnHour)).toBeLessThan(10_000);
    const labelled = world.update(made, { ...made.inputs, labels: { team: "forecast" } });
    expect(labelled.state.expireTime).toBe(made.state.expireTime);
    const longer = world.update(labelled, { ...made.inputs, ttl: "7200s" });
    expect(Date.parse(longer.state.expireTime)).toBeGreaterThan(inAnHour + 3_000_000);
});

const next = "2099-01-01T00:00:00Z";
const topics = [{ name: "projects/acme-dev/topics/rotations" }];

test.each([
    [{ expireTime: "2001-01-01T00:00:00Z" }, "Error 400: Field [expire_time] must be in the future."],
    [{ expireTime: "tomorrow" }, "Error 400: Invalid value at 'secret.expire_time'"],
    [{ expireTime: next, ttl: "60s" }, "Error 400: Invalid value at 'secret' (oneof), oneof field 'expiration'"],
    [{ annotations: { owner: "x".repeat(16 * 1024 - 5) } }, "Error 400: The annotations have 16384 bytes"],
    [
        { topics, rotation: { nextRotationTime: next, rotationPeriod: "3599s" } },
        "Error 400: Field [rotation.rotation_period] must be between 3600s and 3153600000s.",
    ],
    [
        { topics, rotation: { rotationPeriod: "3600s" } },
        "Error 400: Next rotation time must be set while the rotation period is set",
    ],
    [{ topics: [{ name: "rotations" }] }, "Error 400: Pub/Sub topic [rotations] is not in the format"],
    [{ topics: Array(11).fill(topics[0]) }, "Error 400: A secret can have at most 10 topics."],
    [
        { replication: { userManaged: { replicas: [{ location: "europe" }] } } },
        "Error 400: Replica location [europe] is not a valid location.",
    ],
])("a secret with %j is refused", (inputs, text) => {
    const refusal = refusalOf(() => prepared().make("Secret", { secretId: "bad", ...auto, ...inputs }));
    expect(refusal).toContain(`Error creating Secret: googleapi: ${text}`);
});

test.each([
    [
        { rotation: { nextRotationTime: next, rotationPeriod: "3600s" } },
        '"rotation": all of `rotation,topics` must be specified',
    ],
    [{ topics, rotation: { nextRotationTime: next } }, '"rotation.0.next_rotation_time": all of '],
    [
        { replication: {} },
        'replication.auto: Invalid combination of arguments. "replication.0.auto": one of `replication.0.auto,replication.0.user_managed` must be specified',
    ],
])("a secret with %j is refused at preview", (inputs, text) => {
    expect(refusalOf(() => prepared().make("Secret", { secretId: "bad", ...auto, ...inputs }))).toContain(text);
});

test("a secret with topics requires that Secret Manager's service agent can publish to them", () => {
    const world = prepared();
    const make = () => world.make("Secret", { secretId: "rotated", ...auto, topics });
    const agent = `service-${world.number}@gcp-sa-secretmanager.iam.gserviceaccount.com`;
    const refusal = `Error creating Secret: googleapi: Error 400: Service account [${agent}] does not have permission to publish messages to the Pub/Sub topic [projects/acme-dev/topics/rotations], or that topic does not exist.`;
    expect(refusalOf(make)).toBe(refusal);
    const { member } = world.make("ServiceIdentity", { service: "secretmanager.googleapis.com" }).state;
    world.make("Topic", { name: "rotations" });
    expect(refusalOf(make)).toBe(refusal);
    world.make("TopicIAMMember", { topic: "rotations", role: "roles/pubsub.publisher", member });
    expect(make().state.topics).toEqual(topics);
});

test("changed replication replaces the secret, and so does another key for automatic replication", () => {
    const world = prepared();
    const key = (name: string) => ({ customerManagedEncryption: { kmsKeyName: name } });
    const replaced = (before: object, after: object) => {
        const state = { secretId: "s", project: "acme-dev", replication: before };
        return world.provider.diff("gcp:secretmanager/secret:Secret", { ...state, replication: after }, state, state)
            .replaced;
    };
    const at = (more: object) => ({ userManaged: { replicas: [{ location: "europe-west1", ...more }] } });
    expect(replaced({ auto: {} }, at({}))).toEqual(["replication.userManaged", "replication.auto"]);
    expect(replaced({ auto: key("one") }, { auto: key("two") })).toEqual([
        "replication.auto.customerManagedEncryption.kmsKeyName",
    ]);
    expect(replaced(at(key("one")), at(key("two")))).toEqual([]);
});

test("a grant on a missing secret is refused", () => {
    const world = prepared();
    const member = world.account("reader");
    const role = "roles/secretmanager.secretAccessor";
    const made = world.make("SecretIamMember", { secretId: "password", role, member });
    expect(made.id).toBe(`${path}/${role}/${member}`);
    expect(refusalOf(() => world.make("SecretIamMember", { secretId: "token", role, member }))).toContain(
        `googleapi: Error 404: Secret [projects/${world.number}/secrets/token] not found.`,
    );
});
