import * as pulumi from "@pulumi/pulumi";
import { Alerts, AutoscaledInstanceGroup, PubSubTopic, Secret, VirtualMachine } from "slipway";
import { refused, registered } from "../registered";

const machine = (args: object = {}) => new VirtualMachine("train", args as never);
const group = (args: object = {}) => new AutoscaledInstanceGroup("web", args as never);

/** What an instance and a template have in common. */
interface Shielded {
    serviceAccount: { email: string; scopes: string[] };
    metadata: Record<string, string>;
    canIpForward: boolean;
    networkInterfaces: { accessConfigs?: object[]; ipv6AccessConfigs?: object[] }[];
    shieldedInstanceConfig: Record<string, boolean>;
}

const kinds: [string, () => unknown, string][] = [
    ["a machine", () => machine(), "Instance train"],
    ["the template of a group", () => group(), "RegionInstanceTemplate web-template"],
];

// https://www.checkov.io/5.Policy%20Index/terraform.html
const checks: [check: string, what: string, of: (made: Shielded) => unknown, expected: unknown][] = [
    [
        "CKV_GCP_30",
        "has an account of its own",
        ({ serviceAccount }) => serviceAccount.email,
        expect.stringMatching(/^(train|web)-vm@acme-dev\.iam\.gserviceaccount\.com$/),
    ],
    [
        "CKV_GCP_31",
        "does not have the default account with access to all APIs",
        ({ serviceAccount }) => /-compute@developer\.gserviceaccount\.com$/.test(serviceAccount.email),
        false,
    ],
    ["CKV_GCP_32", "blocks the SSH keys of the project", ({ metadata }) => metadata["block-project-ssh-keys"], "TRUE"],
    ["CKV_GCP_34", "uses OS Login", ({ metadata }) => metadata["enable-oslogin"], "TRUE"],
    ["CKV_GCP_35", "has no interactive serial console", ({ metadata }) => metadata["serial-port-enable"], "FALSE"],
    ["CKV_GCP_36", "does not forward packets", ({ canIpForward }) => canIpForward, false],
    [
        "CKV_GCP_39",
        "is shielded",
        ({ shieldedInstanceConfig }) => shieldedInstanceConfig,
        { enableSecureBoot: true, enableVtpm: true, enableIntegrityMonitoring: true },
    ],
    [
        "CKV_GCP_40",
        "has no external address",
        ({ networkInterfaces }) =>
            networkInterfaces.flatMap(({ accessConfigs = [], ipv6AccessConfigs = [] }) => [
                ...accessConfigs,
                ...ipv6AccessConfigs,
            ]),
        [],
    ],
];

describe.each(kinds)("%s", (_, program, key) => {
    test.each(checks)("%s: %s", async (_check, _what, of, expected) => {
        expect(of((await registered(program))[key] as Shielded)).toEqual(expected);
    });
});

const encryptionKey = "projects/acme-dev/locations/europe-west1/keyRings/main/cryptoKeys/disks";

test("CKV_GCP_37 and CKV_GCP_38: all disks of a machine are encrypted with a key that is set", async () => {
    const all = await registered(() => machine({ encryptionKey, disks: { data: {} } }));
    expect(all["Instance train"]).toMatchObject({
        bootDisk: { kmsKeySelfLink: encryptionKey },
        attachedDisks: [{ kmsKeySelfLink: encryptionKey }],
    });
    expect(all["Disk train-data"]).toMatchObject({ diskEncryptionKey: { kmsKeySelfLink: encryptionKey } });
});

test("CKV_GCP_37 and CKV_GCP_38: all disks of a group are encrypted with a key that is set", async () => {
    const all = await registered(() => group({ encryptionKey, disks: { data: {} } }));
    const { disks } = all["RegionInstanceTemplate web-template"] as { disks: object[] };
    expect(disks).toEqual(
        [0, 1].map(() => expect.objectContaining({ diskEncryptionKey: { kmsKeySelfLink: encryptionKey } })),
    );
});

test("the account of a machine with a long name has a valid ID", async () => {
    const all = await registered(() => machine({ name: `train-${"a".repeat(57)}` }));
    const [id] = Object.entries(all).flatMap(([key, args]) => (key.startsWith("Account ") ? [args] : [])) as {
        accountId: string;
    }[];
    expect(id?.accountId).toMatch(/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/);
});

const tooMany = Object.fromEntries(Array.from({ length: 65 }, (_, index) => [`label-${index}`, "x"]));

/** What a machine and a group refuse alike. */
const shared: [what: string, args: () => object, problem: string][] = [
    ["an account that is not one", () => ({ account: "me" }), "account: must be"],
    ["a label with upper case", () => ({ labels: { Team: "ml" } }), "labels.Team: "],
    ["a label with an illegal value", () => ({ labels: { team: "ML!" } }), "labels.team: "],
    ["65 labels", () => ({ labels: tooMany }), "labels: "],
    ["an image without a version", () => ({ container: { image: "nginx" } }), "container.image: "],
    [
        "the newest image",
        () => ({ container: { image: "nginx:latest" } }),
        "container.image: names the image that was pushed last",
    ],
    [
        "one variable as a value and of a capability",
        () => ({ env: { EVENTS: "x" }, uses: { EVENTS: new PubSubTopic("events").publisher } }),
        "env.EVENTS: ",
    ],
    [
        "one variable as a value and as a secret",
        () => ({
            env: { MODE: "x" },
            uses: { MODE: new Secret("mode", { value: pulumi.secret("y") }).reader },
        }),
        "env.MODE: ",
    ],
    ["a password as a value", () => ({ env: { DB_PASSWORD: "x" } }), "env.DB_PASSWORD: [iam/secret-in-env]"],
    ["a token in the metadata", () => ({ metadata: { API_TOKEN: "x" } }), "metadata.API_TOKEN: [iam/secret-in-env]"],
    [
        "a script that is missing",
        () => ({ startupScript: "none.sh" }),
        `startupScript: is not a file: ${process.cwd()}/none.sh`,
    ],
    [
        "a misspelled option",
        () => ({ machinetype: "e2-medium" }),
        'unknown option "machinetype"; did you mean "machineType"?',
    ],
    [
        "a misspelled option of a disk",
        () => ({ bootDisk: { sizes: 20 } }),
        'bootDisk.sizes: unknown option "sizes"; did you mean "size"?',
    ],
    [
        "an interactive serial console",
        () => ({ metadata: { "serial-port-enable": "TRUE" } }),
        "metadata.serial-port-enable: [compute/serial-console]",
    ],
    ["no OS Login", () => ({ metadata: { "enable-oslogin": "FALSE" } }), "OS Login is always on."],
    [
        "SSH keys of the project",
        () => ({ metadata: { "block-project-ssh-keys": "FALSE" } }),
        "SSH keys of the project are always blocked.",
    ],
];

describe.each([
    ["a machine", machine],
    ["a group", group],
])("%s refuses", (_, create) => {
    test.each(shared)("%s", async (_what, args, problem) => {
        // What has the capabilities is registered before.
        const before = Object.keys(await registered(args));
        expect(await refused(() => create(args()), {}, before)).toContain(problem);
    });
});

const ofMachines: [what: string, args: object, problem: string][] = [
    ["SSH for everyone", { ssh: ["allUsers"] }, "ssh: must not allow everyone"],
    ["SSH for a personal account", { ssh: ["user:ann@gmail.com"] }, "ssh.0: [compute/ssh-personal-account]"],
    ["a stop at an hour that no day has", { schedule: { stop: "0 24 * * *" } }, "schedule.stop: "],
    ["snapshots at an hour that no day has", { snapshots: { at: "24:00" } }, "snapshots.at: must be an hour"],
    ["a zone of another region without a network", { zone: "us-central1-a" }, "network: [place/shared-network-region]"],
];

test("SSH for a personal account is granted with personalAccounts", async () => {
    const all = await registered(() => machine({ ssh: ["user:ann@gmail.com"], personalAccounts: true }));
    expect(all).toHaveProperty(["InstanceIAMMember train-login-user-ann-gmail-com", "role"], "roles/compute.osLogin");
});

test.each(ofMachines)("a machine refuses %s", async (_, args, problem) => {
    expect(await refused(() => machine(args))).toContain(problem);
});

const ofGroups: [what: string, args: object, problem: string][] = [
    ["a minimum above the maximum", { scaling: { min: 5, max: 2 } }, "scaling.min: "],
    ["a size", { size: 3 }, 'unknown option "size"'],
    ["two kinds of health checks", { health: { port: 80, path: "/", grpc: true } }, "health"],
    ["a zone of another region", { zones: ["us-central1-a"] }, "zones.0: [place/other-region]"],
    [
        "a misspelled option of scaling",
        { scaling: { cpus: 60 } },
        'scaling.cpus: unknown option "cpus"; did you mean "cpu"?',
    ],
];

test("a group refuses alerts of memory and disks without an agent", async () => {
    const contact = ["AlertPolicy oncall-quota", "NotificationChannel oncall-email"];
    const create = () => {
        const to = new Alerts("oncall", { to: { email: "oncall@acme.example" } });
        group({ alerts: { to, memory: { threshold: 70 }, disk: false } });
    };
    expect(await refused(create, {}, contact)).toBe(
        'AutoscaledInstanceGroup "web": alerts.memory: [compute/alert-without-agent]',
    );
});

test.each(ofGroups)("a group refuses %s", async (_, args, problem) => {
    expect(await refused(() => group(args))).toContain(problem);
});
