import * as pulumi from "@pulumi/pulumi";
import { ContainerRegistry, type ContainerRegistryArgs } from "slipway";
import { use } from "../../../lib/internal/access/capability";
import { crossingsOf } from "../../../lib/stack/crossing";
import { refused, registered, registeredOptions, registeredOutputs } from "../registered";

const bare = {
    repositoryId: "app",
    location: "europe-west1",
    format: "DOCKER",
    dockerConfig: { immutableTags: true },
    cleanupPolicies: [
        { id: "keep-most-recent", action: "KEEP", mostRecentVersions: { keepCount: 10 } },
        { id: "delete-untagged", action: "DELETE", condition: { tagState: "UNTAGGED", olderThan: "2592000s" } },
    ],
    cleanupPolicyDryRun: false,
};
const key = "projects/acme-dev/locations/europe-west1/keyRings/data/cryptoKeys/images";

test("a bare registry has immutable tags, and deletes untagged images after 30 days except the last ten", async () => {
    expect(await registered(() => new ContainerRegistry("app"))).toEqual({ "Repository app": bare });
});

const options: [string, ContainerRegistryArgs, object][] = [
    ["another id", { name: pulumi.output("images") }, { repositoryId: "images" }],
    ["a multi-region", { region: "europe" }, { location: "europe" }],
    ["mutable tags", { immutableTags: false }, { dockerConfig: undefined }],
    ["labels", { labels: { team: "forecast" } }, { labels: { team: "forecast" } }],
    ["a description", { description: "Images of the forecast" }, { description: "Images of the forecast" }],
    [
        "no scanning",
        { vulnerabilityScanning: false },
        { vulnerabilityScanningConfig: { enablementConfig: "DISABLED" } },
    ],
    ["a transform", { transform: { repository: { deletionPolicy: "PREVENT" } } }, { deletionPolicy: "PREVENT" }],
    [
        "another number of versions to keep",
        { cleanup: { keep: 3, untaggedOlderThan: "1 day" } },
        {
            cleanupPolicies: [
                { id: "keep-most-recent", action: "KEEP", mostRecentVersions: { keepCount: 3 } },
                { id: "delete-untagged", action: "DELETE", condition: { tagState: "UNTAGGED", olderThan: "86400s" } },
            ],
        },
    ],
    [
        "no deletion of untagged images",
        { cleanup: { untaggedOlderThan: false } },
        { cleanupPolicies: bare.cleanupPolicies.slice(0, 1) },
    ],
    [
        "the deletion of tagged images",
        { immutableTags: false, cleanup: { taggedOlderThan: "90 days" } },
        {
            dockerConfig: undefined,
            cleanupPolicies: [
                ...bare.cleanupPolicies,
                { id: "delete-tagged", action: "DELETE", condition: { tagState: "TAGGED", olderThan: "7776000s" } },
            ],
        },
    ],
    [
        "rules of the cleanup",
        {
            cleanup: {
                rules: {
                    releases: { keep: "all", tags: ["release"], packages: ["webapp", "mobile"] },
                    tests: { olderThan: "1 day", tags: "none", packages: ["test/"] },
                    tagged: { keep: "all", tags: "any" },
                },
            },
        },
        {
            cleanupPolicies: [
                ...bare.cleanupPolicies,
                {
                    id: "releases",
                    action: "KEEP",
                    condition: {
                        tagState: "TAGGED",
                        tagPrefixes: ["release"],
                        packageNamePrefixes: ["webapp", "mobile"],
                    },
                },
                {
                    id: "tests",
                    action: "DELETE",
                    condition: { tagState: "UNTAGGED", packageNamePrefixes: ["test/"], olderThan: "86400s" },
                },
                { id: "tagged", action: "KEEP", condition: { tagState: "TAGGED" } },
            ],
        },
    ],
    ["a dry run of the cleanup", { cleanup: { dryRun: true } }, { cleanupPolicyDryRun: true }],
];

test.each(options)("a registry takes %s", async (_, args, inputs) => {
    expect(await registered(() => new ContainerRegistry("app", args))).toEqual({
        "Repository app": { ...bare, ...inputs },
    });
});

test("a registry without deletion has no cleanup policies", async () => {
    const { cleanupPolicies: _, ...others } = bare;
    expect(await registered(() => new ContainerRegistry("app", { cleanup: false }))).toEqual({
        "Repository app": others,
    });
});

test("scanning enables its API", async () => {
    const program = () => new ContainerRegistry("app", { vulnerabilityScanning: true });
    const made = await registered(program, { environment: true });
    expect(made["Repository app"]).toEqual({ ...bare, vulnerabilityScanningConfig: { enablementConfig: "INHERITED" } });
    expect(made["Service containerscanning"]).toMatchObject({ service: "containerscanning.googleapis.com" });
    expect((await registeredOptions(program))["Repository app"]?.after).toEqual([
        "Service artifactregistry",
        "Service containerscanning",
    ]);
});

test("Artifact Registry's service agent can use the key before the repository is created", async () => {
    const program = () => new ContainerRegistry("app", { encryptionKey: key });
    const grant = "CryptoKeyIAMMember artifactregistry-agent-app-key-crypto-key-encrypter-decrypter";
    const made = await registered(program, { environment: true });
    expect(made["Repository app"]).toEqual({ ...bare, kmsKeyName: key });
    expect(made[grant]).toEqual({
        cryptoKeyId: key,
        role: "roles/cloudkms.cryptoKeyEncrypterDecrypter",
        member: "serviceAccount:service-123@gcp-sa-artifactregistry.iam.gserviceaccount.com",
    });
    expect((await registeredOptions(program))["Repository app"]?.after).toContain(grant);
});

test.each([
    ["development", undefined],
    ["staging", undefined],
    ["production", true],
] as const)("in %s the repository waits for its API, and is protected in production", async (kind, protect) => {
    expect(await registeredOptions(() => new ContainerRegistry("app"), { kind })).toEqual({
        "ContainerRegistry app": { provider: "Provider dev" },
        "Repository app": {
            parent: "ContainerRegistry app",
            provider: "Provider dev",
            deleteBeforeReplace: true,
            protect,
            after: ["Service artifactregistry"],
        },
    });
});

test("reader and writer grant access to this one repository, and the consumer receives its URL", async () => {
    const made = await registered(() => {
        const { reader, writer } = new ContainerRegistry("app");
        const { env: environment } = use("run", { READ: reader, WRITE: writer }, "serviceAccount:run@acme-dev", {});
        new ContainerRegistry("told", { description: pulumi.jsonStringify(environment) });
    });
    const of = (role: string) => ({
        project: "acme-dev",
        location: "europe-west1",
        repository: "app",
        role: `roles/artifactregistry.${role}`,
        member: "serviceAccount:run@acme-dev",
    });
    const url = "europe-west1-docker.pkg.dev/acme-dev/app";
    expect(made).toEqual({
        "Repository app": bare,
        "Repository told": { ...bare, repositoryId: "told", description: `{"READ":"${url}","WRITE":"${url}"}` },
        "RepositoryIamMember run-app-reader": of("reader"),
        "RepositoryIamMember run-app-writer": of("writer"),
    });
});

test("the outputs of the component are the repository and its address", async () => {
    expect(await registeredOutputs(() => new ContainerRegistry("app"))).toEqual({
        "ContainerRegistry app": {
            repository: { resource: "Repository app" },
            url: "europe-west1-docker.pkg.dev/acme-dev/app",
        },
    });
});

describe("among environments that promote each other", () => {
    const environments = {
        dev: "acme-dev",
        staging: { project: "acme-staging", number: 222222222222, promotes: "dev" },
        prod: { project: "acme-prod", number: 333333333333, promotes: "staging" },
        other: "acme-other",
    };
    const stack = (name: string, all: object = environments) => ({
        name,
        config: { "gcp:project": `acme-${name}`, "slipway:environments": JSON.stringify(all) },
    });
    const { dockerConfig, cleanupPolicies, cleanupPolicyDryRun, ...others } = bare;
    const agent = (number: string) =>
        `serviceAccount:service-${number}@gcp-sa-artifactregistry.iam.gserviceaccount.com`;

    test("the first one lets only the accounts of the following ones read its repository", async () => {
        const grant = (number: string) => ({
            project: "acme-dev",
            location: "europe-west1",
            repository: "app",
            role: "roles/artifactregistry.reader",
            member: agent(number),
        });
        const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue(undefined);
        expect(await registered(() => new ContainerRegistry("app"), stack("dev"))).toEqual({
            "Repository app": bare,
            "RepositoryIamMember app-staging": grant("222222222222"),
            "RepositoryIamMember app-prod": grant("333333333333"),
        });
        expect(warn).not.toHaveBeenCalled();
        warn.mockRestore();
    });

    test.each(["staging", "prod"])(
        "%s provides the images of the first one, with the same ID and region",
        async (name) => {
            const args = { region: "europe", name: "images", labels: { team: "forecast" } };
            const made = await registered(() => new ContainerRegistry("app", args), stack(name));
            expect(made).toEqual({
                "Repository app": {
                    ...others,
                    repositoryId: "images",
                    location: "europe",
                    labels: { team: "forecast" },
                    mode: "REMOTE_REPOSITORY",
                    remoteRepositoryConfig: {
                        commonRepository: { uri: "projects/acme-dev/locations/europe/repositories/images" },
                    },
                },
            });
        },
    );

    test("the account that reads the images is created first in a following one", async () => {
        const program = () => new ContainerRegistry("app");
        const made = await registered(program, { ...stack("prod"), environment: true });
        expect(made["ServiceIdentity artifactregistry-agent"]).toEqual({
            project: "acme-prod",
            service: "artifactregistry.googleapis.com",
        });
        expect((await registeredOptions(program, stack("prod")))["Repository app"]?.after).toEqual([
            "Service artifactregistry",
            "ServiceIdentity artifactregistry-agent",
        ]);
    });

    test("one without promotion has its own repository, and gives nobody access", async () => {
        expect(await registered(() => new ContainerRegistry("app"), stack("other"))).toEqual({
            "Repository app": bare,
        });
    });

    test("a repository refers only to the first environment, and to none in the first one", async () => {
        const crossings: string[][] = [];
        const program = () => crossings.push([...crossingsOf(new ContainerRegistry("app").repository)]);
        await registered(program, stack("prod"));
        await registered(program, stack("dev"));
        expect(crossings).toEqual([["dev"], []]);
    });

    test("a following one is refused without its project number", async () => {
        const prod = { project: "acme-prod", promotes: "dev" };
        const all = { dev: "acme-dev", prod };
        expect(await refused(() => new ContainerRegistry("app"), stack("prod", all))).toBe(
            'ContainerRegistry "app": slipway:environments.prod.number: [artifactregistry/project-number-missing]',
        );
    });

    test("the first one warns about one without a number, and gives the others access", async () => {
        const { staging } = environments;
        const warned = jest.spyOn(pulumi.log, "warn").mockResolvedValue(undefined);
        const all = { dev: "acme-dev", staging, prod: { project: "acme-prod", promotes: "staging" } };
        const made = await registered(() => new ContainerRegistry("app"), stack("dev", all));
        const said = warned.mock.calls.map(([text]) => text);
        warned.mockRestore();
        expect(said).toEqual([
            `ContainerRegistry "app": prod cannot read its images, because the project's number is missing. Set slipway:environments.prod.number in Pulumi.yaml.`,
        ]);
        expect(Object.keys(made)).toEqual(["Repository app", "RepositoryIamMember app-staging"]);
    });
});

const bad: [string, object, string][] = [
    [
        "an id with capitals",
        { name: "App" },
        `name: must have up to 63 lower-case letters, digits and hyphens, start with a letter and not end with a hyphen (got "App").`,
    ],
    [
        "a zone",
        { region: "europe-west1-b" },
        `region: must be a region such as europe-west1, or one of europe, us, asia (got "europe-west1-b").`,
    ],
    ["an invalid tag setting", { immutableTags: "yes" }, `immutableTags: must be true or false (got "yes").`],
    ["a cleanup set to true", { cleanup: true }, "cleanup: must be an object, or false (got true)."],
    [
        "a cleanup that keeps nothing",
        { cleanup: { keep: 0 } },
        "cleanup.keep: must be a whole number from 1 to 1000 versions (got 0).",
    ],
    [
        "an age of hours",
        { cleanup: { untaggedOlderThan: "3 hours" } },
        `cleanup.untaggedOlderThan: must be from 1 day to 3650 days (got "3 hours").`,
    ],
    [
        "an age set to true",
        { cleanup: { untaggedOlderThan: true } },
        "cleanup.untaggedOlderThan: must be a duration, or false (got true).",
    ],
    [
        "a deletion of images with immutable tags",
        { cleanup: { taggedOlderThan: "90 days" } },
        "cleanup.taggedOlderThan: [artifactregistry/cleanup-of-immutable-tags]",
    ],
    [
        "an unknown option of cleanup",
        { cleanup: { keepCount: 3 } },
        `cleanup.keepCount: unknown option "keepCount"; did you mean "keep"?`,
    ],
    [
        "an invalid key",
        { encryptionKey: "images" },
        `encryptionKey: must be a KmsKey, or a key's ID such as projects/acme-dev/locations/europe-west1/keyRings/data/cryptoKeys/sales (got "images").`,
    ],
    [
        "an unknown option",
        { scan: true },
        `scan: unknown option "scan"; the options are name, region, immutableTags, cleanup, vulnerabilityScanning, encryptionKey, description, labels, transform, crossProject, resourceManagerTags.`,
    ],
];

test.each(bad)("a registry with %s is refused", async (_, args, words) => {
    expect(await refused(() => new ContainerRegistry("app", args as ContainerRegistryArgs))).toBe(
        `ContainerRegistry "app": ${words}`,
    );
});

test("a rule that deletes images with immutable tags is refused", async () => {
    const cleanup: ContainerRegistryArgs["cleanup"] = { rules: { old: { olderThan: "30 days", tags: ["test-"] } } };
    const program = () => new ContainerRegistry("app", { cleanup });
    expect(await refused(program)).toContain("[artifactregistry/cleanup-rule-of-immutable-tags]");
    const mutable = () => new ContainerRegistry("app", { immutableTags: false, cleanup });
    expect(Object.keys(await registered(mutable))).toEqual(["Repository app"]);
});
