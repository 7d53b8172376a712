import { inChild } from "../unit/child";
import { folderOf } from "../unit/folders";

/** Runs each program in a separate process, which an unhandled error would end, as under Pulumi. */
const outcomes = (preview: boolean): Promise<Record<string, { errors: string[]; made: string[] }>> =>
    inChild(`
        const { programs } = require("./test/unit/later.programs.ts");
        const { failuresSoFar, registered, registeredSoFar } = require("./test/unit/registered.ts");
        const folder = ${JSON.stringify(folderOf({ "main.py": "def predict(request):\n    return 'range'\n" }))};
        const config = { "slipway:environments": '{"dev":"acme-dev","prod":"acme-prod"}' };
        const unhandled = [];
        process.on("unhandledRejection", (error) => unhandled.push(error));
        (async () => {
            const outcomes = {};
            for (const [name, program] of Object.entries(programs)) {
                unhandled.length = 0;
                await registered(() => program(folder), { preview: ${preview}, config }).catch(() => undefined);
                const errors = [...failuresSoFar(), ...unhandled].map(({ message }) => message.split("\\n    at ")[0]);
                outcomes[name] = { errors: [...new Set(errors)], made: registeredSoFar() };
            }
            console.log(JSON.stringify(outcomes));
        })();
    `);

const naming = "name: must have 3 to 255 letters, digits and -_.~+%, start with a letter, and not start with goog";
const labelled = "a label's value must have up to 63 lower-case letters, digits, _ and -";

const secretly =
    "Set it with 'pulumi config set --secret <key>' and pass it as new pulumi.Config().requireSecret(\"<key>\").";

const foreign = (path: string, got: string) =>
    `Topic "sales": ${path}: refers to acme-prod, the project of prod, but this stack is dev in acme-dev (got ${got}). Use a resource of this stack, or give PubSubTopic "sales" the argument crossProject: "prod". [stack/reference-crosses-environments]`;

const expected = {
    "a topic's name": { errors: [`PubSubTopic "sales": ${naming} (got "ab"). [value/format]`], made: [] },
    "a promise of a topic's name": {
        errors: [`PubSubTopic "sales": ${naming} (got "ab"). [value/format]`],
        made: [],
    },
    "a label": {
        errors: [`PubSubTopic "sales": labels.team: ${labelled} (got "Forecast"). [value/format]`],
        made: [],
    },
    "two labels": {
        errors: [
            `PubSubTopic "sales": labels.team: ${labelled} (got "Forecast"). [value/format]`,
            `PubSubTopic "sales": labels.owner: ${labelled} (got "Sales"). [value/format]`,
        ],
        made: [],
    },
    "a subscription's name": {
        errors: [
            'PubSubSubscription "range": name: must have 3 to 255 letters, digits and -_.~+%, start with a letter, and not start with goog (got "ab"). [value/format]',
        ],
        made: ["Topic sales"],
    },
    "a bucket outside the regions of a topic": {
        errors: [
            'PubSubSubscription "range": bucket: is in us-east1, and the topic\'s enforceInTransit lets Pub/Sub process messages only in europe-west1: it would deliver none. Use a bucket in one of these regions, or add the region to allowedPersistenceRegions. [pubsub/destination-outside-regions]',
        ],
        made: ["Bucket archive", "Topic sales"],
    },
    "a dataset outside the regions of a topic": {
        errors: [
            'PubSubSubscription "range": bigQuery: is in us-east1, and the topic\'s enforceInTransit lets Pub/Sub process messages only in europe-west1: it would deliver none. Use a dataset in one of these regions, or add the region to allowedPersistenceRegions. [pubsub/destination-outside-regions]',
        ],
        made: ["Dataset sales", "Table range", "Topic sales"],
    },
    "a bucket's name": {
        errors: [
            'StorageBucket "models": name: must have 3 to 63 lower-case letters, digits, -, _ and . (with dots up to 222, up to 63 between dots, and a top-level domain at the end), start and end with a letter or digit, not start with goog, not contain google, and not be an IP address (got "Models"). [value/format]',
        ],
        made: [],
    },
    "a bucket's location": {
        errors: [
            'StorageBucket "models": location: must be a region such as europe-west1 or a multi-region such as EU (got "europe-west1-b"). [value/format]',
        ],
        made: [],
    },
    "a variable": {
        errors: ['ServerlessFunction "predict": env.LEVEL: must be a string (got 3). [value/type]'],
        made: [
            "Account predict-build",
            "Account predict-run",
            "Bucket predict-source",
            "BucketIAMMember predict-build-source",
            "BucketObject predict-archive",
            "IAMMember predict-build-copied-source",
            "IAMMember predict-build-log",
            "Repository predict-images",
            "RepositoryIamMember predict-build-images",
        ],
    },
    "a secret name": {
        errors: [
            'PubSubTopic "sales": name: must not be a secret, because the state has the IDs of resources in clear, and it is part of one. If everyone may read it, pass pulumi.unsecret(…). [value/secret]',
        ],
        made: [],
    },
    "a name that is right": { errors: [], made: ["Topic sales"] },
    "a value that is no secret": {
        errors: [`Secret "key": value: must be a secret output. ${secretly} [secretmanager/value-not-secret]`],
        made: ["Secret key"],
    },
    "an empty secret": {
        errors: ['Secret "key": value: must have 1 to 65536 bytes (got 0). [secretmanager/value-size]'],
        made: ["Secret key"],
    },
    "a secret above the limit": {
        errors: ['Secret "key": value: must have 1 to 65536 bytes (got 65538). [secretmanager/value-size]'],
        made: ["Secret key"],
    },
    "a secret at the limit": { errors: [], made: ["Secret key", "SecretVersion key"] },
    "a secret that is no text": {
        errors: [
            'Secret "key": value: must be a string (got a secret of another type). [secretmanager/value-not-string]',
        ],
        made: ["Secret key"],
    },
    "times of a schedule": {
        errors: [
            'Schedule "nightly": cron: has an hour that is not from 0 to 23: "24" (got "0 24 * * *"). Write five fields such as "30 3 * * MON-FRI": minute, hour, day of the month, month, day of the week. [value/refused]',
        ],
        made: [],
    },
    "a digest of an image": {
        errors: [
            'ContainerImage "predict": digest: must be sha256: and 64 hexadecimal digits (got "sha256:0a0a"). [value/format]',
        ],
        made: ["Repository app"],
    },
    "a tag that moves": {
        errors: [
            'ContainerImage "predict": tag: can later refer to another image (got "latest"). Specify the tag of a version, or the digest. Guide: "From gcr.io, latest and a JSON key". [value/refused]',
        ],
        made: ["Provider predict", "Repository app"],
    },
    "a reference by a tag": {
        errors: [
            'ContainerImage "predict": reference: names an image by a tag, which can later refer to another image (got "ghcr.io/acme/predict:1"). Append its digest: @sha256:…. Guide: "From gcr.io, latest and a JSON key". [value/refused]',
        ],
        made: [],
    },
    "a key of a cluster": {
        errors: [
            'GkeCluster "main": encryptionKey: must be in europe-west1, as the cluster is (got "projects/keys/locations/eu/keyRings/data/cryptoKeys/all"). [value/refused]',
        ],
        made: [
            "Account main-node",
            "IAMMember main-node",
            "Network main",
            "Router main",
            "RouterNat main",
            "Subnetwork main",
        ],
    },
    "another database's network": {
        errors: [
            'ServerlessFunction "predict": uses.STOCK: is in a different network than uses.SALES, and a function can only be in one. Put both databases in one network, or use a function for each. [iam/databases-in-several-networks]',
        ],
        made: [
            "Account predict-build",
            "Account predict-run",
            "Bucket predict-source",
            "BucketIAMMember predict-build-source",
            "BucketObject predict-archive",
            "IAMMember predict-build-copied-source",
            "IAMMember predict-build-log",
            "IAMMember predict-sales-client",
            "IAMMember predict-stock-client",
            "Repository predict-images",
            "RepositoryIamMember predict-build-images",
        ],
    },
    "a function's network": {
        errors: [
            'ServerlessFunction "predict": network: must be the network of uses.SALES, "projects/acme-dev/global/networks/apps" (got "functions"). Set it, or remove network. [iam/network-of-other-database]',
        ],
        made: [
            "Account predict-build",
            "Account predict-run",
            "Bucket predict-source",
            "BucketIAMMember predict-build-source",
            "BucketObject predict-archive",
            "IAMMember predict-build-copied-source",
            "IAMMember predict-build-log",
            "IAMMember predict-sales-client",
            "Repository predict-images",
            "RepositoryIamMember predict-build-images",
        ],
    },
    "a cluster's network": {
        errors: [
            'AutoscaledDeployment "echo": uses.SALES: is in a different network than the cluster, and cannot be reached. Use the same network for the database and the cluster. [gke/database-in-other-network]',
        ],
        made: [
            "Account echo-run",
            "Account main-node",
            "Cluster main",
            "IAMMember echo-sales-client",
            "IAMMember echo-workload-identity",
            "IAMMember main-node",
            "Namespace echo",
            "Provider main",
            "ServiceAccount echo",
        ],
    },
    "an address of a schedule": {
        errors: [
            'Schedule "nightly": call.url: is not encrypted (got "http://a"). Use https://. To accept it nevertheless, set insecure: true. [value/insecure]',
        ],
        made: [],
    },
    "an image of a service": {
        errors: [
            'AppEngineApp "shop": services.default.image: names an image by a tag, which can later refer to another image (got "europe-west1-docker.pkg.dev/acme-dev/app/predict:1"). Use a ContainerImage, or append the digest: @sha256:…. Guide: "From gcr.io, latest and a JSON key". To accept it nevertheless, set insecure: true. [value/insecure]',
        ],
        made: [
            "Account shop-default",
            "Application shop",
            "IAMMember shop-default-log-writer",
            "IAMMember shop-default-metric-writer",
            "Provider shop",
        ],
    },
    "a connector of a service": {
        errors: [
            'AppEngineApp "shop": services.default.network.connector: must be a connector\'s ID such as projects/acme-dev/locations/europe-west1/connectors/apps (got "apps"). [value/format]',
        ],
        made: [
            "Account shop-default",
            "Application shop",
            "Bucket shop-source",
            "BucketIAMMember shop-default-source",
            "BucketIAMMember shop-default-staging",
            "BucketIAMMember shop-default-staging-bucket",
            "BucketObject shop-9e8a639f303d",
            "IAMMember shop-default-create-on-push-writer",
            "IAMMember shop-default-log-writer",
            "Provider shop",
        ],
    },
    "another environment's project": {
        errors: [foreign("project", '"acme-prod"')],
        made: [],
    },
    "a promise of another environment's project": {
        errors: [foreign("project", '"acme-prod"')],
        made: [],
    },
    "a secret of another environment": {
        errors: [foreign("project", "a secret")],
        made: [],
    },
    "a part of another environment": {
        errors: [foreign("schemaSettings.schema", '"projects/acme-prod/schemas/sales"')],
        made: ["Topic returns"],
    },
    "another environment's project, by leave": { errors: [], made: ["Topic sales"] },
    "another environment's provider": {
        errors: [foreign("provider", 'Provider "prod"')],
        made: ["Provider prod"],
    },
    "another environment's provider, by leave": { errors: [], made: ["Provider prod", "Topic sales"] },
    "a provider of its own": { errors: [], made: ["Provider own", "Topic sales"] },
};

/** What a preview cannot know: these mocks leave all outputs of new resources unknown, also inputs that the engine knows. */
const ofPreview = {
    "a bucket outside the regions of a topic": {
        errors: [],
        made: ["Bucket archive", "Subscription range", "Topic sales"],
    },
    "a dataset outside the regions of a topic": {
        errors: [],
        made: ["Dataset sales", "Subscription range", "Table range", "Topic sales"],
    },
};

test.each([
    ["an up", outcomes(false), expected],
    ["a preview", outcomes(true), { ...expected, ...ofPreview }],
])(
    "values that become known during %s are checked then, before the resource is registered",
    async (_, outcome, all) => {
        expect(await outcome).toEqual(all);
    },
);
