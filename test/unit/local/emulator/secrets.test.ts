import { addSecretVersion } from "../../../../local/commands/manual/secretVersion";
import { Emulator, project } from "./served";

const password = "projects/acme-dev/secrets/password";

/** A local cloud whose secret `password` has two versions. */
async function started() {
    const world = project();
    world.enable("secretmanager");
    world.make("Secret", { secretId: "password", replication: { auto: {} } });
    world.make("SecretVersion", { secret: password, secretData: "123456789" });
    const two = world.make("SecretVersion", { secret: password, secretData: "two" });
    const emulator = await Emulator.of(world);
    const access = (name: string) => emulator.call("Secrets.AccessSecretVersion", { name });
    return { emulator, two, access, numbered: `projects/${world.number}/secrets/password` };
}

test("a version is read by number and as the latest", async () => {
    const { access, numbered } = await started();
    // The check value of CRC-32C.
    expect(await access(`${password}/versions/1`)).toMatchObject({
        name: `${numbered}/versions/1`,
        payload: { data: Buffer.from("123456789"), dataCrc32c: 0xe3069283 },
    });
    expect((await access(`${numbered}/versions/latest`)).payload.data).toEqual(Buffer.from("two"));
});

test("a version is read with REST", async () => {
    const { emulator, numbered } = await started();
    const answer = await fetch(`${emulator.url}/v1/${password}/versions/latest:access`);
    expect([answer.status, await answer.json()]).toEqual([
        200,
        { name: `${numbered}/versions/2`, payload: { data: "dHdv", dataCrc32c: expect.stringMatching(/^\d+$/) } },
    ]);
});

test("a version that was added outside of Pulumi is read", async () => {
    const { emulator, access, numbered } = await started();
    expect(addSecretVersion(emulator.world.cloud, "secrets/password", "three")).toBe(`${numbered}/versions/3`);
    expect((await access(`${password}/versions/latest`)).payload.data).toEqual(Buffer.from("three"));
});

test("a version of a regional secret is read by its name with the region", async () => {
    const { emulator, access } = await started();
    const { world } = emulator;
    const { id: secret } = world.make("RegionalSecret", { secretId: "password", location: "europe-west1" });
    world.make("RegionalSecretVersion", { secret, secretData: "regional" });
    const name = `projects/${world.number}/locations/europe-west1/secrets/password/versions/1`;
    expect(await access(`${secret}/versions/latest`)).toMatchObject({
        name,
        payload: { data: Buffer.from("regional") },
    });
    const answer = await fetch(`${emulator.url}/v1/${name}:access`);
    expect(await answer.json()).toMatchObject({ name, payload: { data: "cmVnaW9uYWw=" } });
    await expect(access(`${secret.replace("europe-west1", "europe-west4")}/versions/1`)).rejects.toThrow("NOT_FOUND");
});

// "Quotas and limits": 64 KiB. https://cloud.google.com/secret-manager/quotas
test.each([
    ["password", "", "Field [payload] is required."],
    ["password", "a".repeat(65_537), "Secret payload data length must be at most [65536] bytes."],
    ["passwort", "three", 'no resource has the ID "passwort". The nearest ID is "projects/acme-dev/secrets/password"'],
])("a version of %s with a wrong value is refused", async (id, value, message) => {
    const { emulator } = await started();
    expect(() => addSecretVersion(emulator.world.cloud, id, value)).toThrow(message);
});

test("missing and disabled versions are refused", async () => {
    const { emulator, two, access, numbered } = await started();
    await expect(access("projects/acme-dev/secrets/none/versions/1")).rejects.toThrow(
        "NOT_FOUND: Secret [projects/acme-dev/secrets/none] not found or has no versions.",
    );
    await expect(access(`${password}/versions/3`)).rejects.toThrow(
        `NOT_FOUND: Secret Version [${numbered}/versions/3] not found.`,
    );
    const disabled = emulator.world.update(two, { ...two.inputs, enabled: false });
    await expect(access(`${password}/versions/2`)).rejects.toThrow(
        `FAILED_PRECONDITION: Secret Version [${numbered}/versions/2] is in DISABLED state.`,
    );
    emulator.world.remove(disabled);
    await expect(access(`${password}/versions/latest`)).rejects.toThrow(
        `FAILED_PRECONDITION: Secret Version [${numbered}/versions/2] is in DESTROYED state.`,
    );
});
