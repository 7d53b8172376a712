import { addSecretVersion } from "../../../local/commands/manual/secretVersion";
import { findVersion, secretPath } from "../../../local/simulator/services/secretmanager/names";
import { type Made, refusalOf, World } from "./world";

const location = "europe-west1";
const path = `projects/acme-dev/locations/${location}/secrets/password`;

function prepared(): World {
    const world = new World(undefined);
    world.enable("iam", "pubsub", "secretmanager", "cloudkms");
    world.make("RegionalSecret", { secretId: "password", location });
    return world;
}

const add = (world: World, inputs: object = {}): Made =>
    world.make("RegionalSecretVersion", { secret: path, secretData: "hunter2", ...inputs });

test("a regional secret has server defaults, and its region in its name", () => {
    const world = prepared();
    const { id, state } = world.make("RegionalSecret", { secretId: "token", location });
    expect([id, state.name, state.expireTime]).toEqual([
        "projects/acme-dev/locations/europe-west1/secrets/token",
        `projects/${world.number}/locations/europe-west1/secrets/token`,
        "",
    ]);
});

test("the same ID exists in each region, and as a secret without a region", () => {
    const world = prepared();
    world.make("RegionalSecret", { secretId: "password", location: "europe-west4" });
    world.make("Secret", { secretId: "password", replication: { auto: {} } });
    expect(refusalOf(() => world.make("RegionalSecret", { secretId: "password", location }))).toContain(
        `Error creating RegionalSecret: googleapi: Error 409: Secret [projects/${world.number}/locations/europe-west1/secrets/password] already exists.`,
    );
});

test("versions have numbers that are never used again", () => {
    const world = prepared();
    const first = add(world);
    expect([first.id, first.state.location, first.state.version]).toEqual([
        `projects/${world.number}/locations/europe-west1/secrets/password/versions/1`,
        location,
        "1",
    ]);
    world.remove(first);
    expect(world.refreshed(first)).toBeUndefined();
    expect(add(world).state.version).toBe("2");
    expect(add(world, { secret: path.replace("acme-dev", world.number) }).state.version).toBe("3");
});

test("a version can be disabled, and a delayed destruction disables it", () => {
    const world = new World(undefined);
    world.enable("secretmanager");
    world.make("RegionalSecret", { secretId: "password", location, versionDestroyTtl: "86400s" });
    const made = add(world);
    expect(world.update(made, { ...made.inputs, enabled: false }).state.enabled).toBe(false);
    world.remove(made);
    expect(findVersion(world.cloud, path, "1")?.state).toMatchObject({ enabled: false, destroyTime: "" });
});

test("a version needs the whole name of an existing regional secret", () => {
    const world = prepared();
    for (const secret of ["password", "projects/acme-dev/secrets/password"]) {
        expect(refusalOf(() => add(world, { secret }))).toBe(
            "secret does not fit the format `projects/{{project}}/locations/{{location}}/secrets/{{secret}}`",
        );
    }
    expect(refusalOf(() => add(world, { secret: path.replace("password", "token") }))).toBe(
        `Error creating RegionalSecretVersion: googleapi: Error 404: Secret [projects/${world.number}/locations/europe-west1/secrets/token] not found.`,
    );
});

test("only regions have an endpoint", () => {
    const refusal = refusalOf(() => prepared().make("RegionalSecret", { secretId: "token", location: "eu" }));
    expect(refusal).toBe(
        'Error creating RegionalSecret: Post "https://secretmanager.eu.rep.googleapis.com/v1/projects/acme-dev/locations/eu/secrets?secretId=token": dial tcp: lookup secretmanager.eu.rep.googleapis.com: no such host',
    );
});

test("the key must be in the region", () => {
    const world = prepared();
    const kmsKeyName = "projects/acme-dev/locations/global/keyRings/data/cryptoKeys/secrets";
    const make = () =>
        world.make("RegionalSecret", { secretId: "token", location, customerManagedEncryption: { kmsKeyName } });
    expect(refusalOf(make)).toContain(`Error 400: The KMS key [${kmsKeyName}] must be in the location [europe-west1].`);
});

test("a protected secret is not deleted, and its versions are deleted with it", () => {
    const world = prepared();
    const made = world.make("RegionalSecret", { secretId: "kept", location, deletionProtection: true });
    add(world, { secret: made.id });
    expect(refusalOf(() => world.remove(made))).toBe(
        "cannot destroy secretmanager regional secret without setting deletion_protection=false and running `terraform apply`",
    );
    world.remove(world.update(made, { ...made.inputs, deletionProtection: false }));
    expect(findVersion(world.cloud, made.id, "latest")).toBeUndefined();
});

test("a grant is on the secret of one region", () => {
    const world = prepared();
    const member = world.account("reader");
    const role = "roles/secretmanager.secretAccessor";
    const grant = { secretId: "password", role, member };
    expect(world.make("RegionalSecretIamMember", { ...grant, location }).id).toBe(`${path}/${role}/${member}`);
    expect(refusalOf(() => world.make("RegionalSecretIamMember", { ...grant, location: "europe-west4" }))).toContain(
        `googleapi: Error 404: Secret [projects/${world.number}/locations/europe-west4/secrets/password] not found.`,
    );
});

test("what reads secrets of the global endpoint refuses the name of a regional one", () => {
    const world = prepared();
    world.make("Secret", { secretId: "password", replication: { auto: {} } });
    expect(refusalOf(() => secretPath(world.cloud, path, "acme-dev"))).toBe(
        `googleapi: Error 400: The provided Secret ID [${path}] does not match the expected format [projects/*/secrets/*].`,
    );
});

test("a version is added by hand", () => {
    const { cloud, number } = prepared();
    expect(addSecretVersion(cloud, "europe-west1/secrets/password", "by hand")).toBe(
        `projects/${number}/locations/europe-west1/secrets/password/versions/1`,
    );
});

test("a secret and a regional secret of the same name are found apart", () => {
    const world = new World();
    world.enable("secretmanager");
    world.make("Secret", { secretId: "same", replication: { auto: {} } });
    const find = (kind: string) =>
        world.provider.invoke(`gcp:secretmanager/get${kind}:get${kind}`, { secretId: "same" }).id;
    expect(find("Secret")).toBe("projects/acme-dev/secrets/same");
    expect(refusalOf(() => find("RegionalSecret"))).toContain("not found");
    world.make("RegionalSecret", { secretId: "same", location: "europe-west1" });
    expect(find("RegionalSecret")).toBe("projects/acme-dev/locations/europe-west1/secrets/same");
});
