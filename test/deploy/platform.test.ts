import { utimesSync } from "node:fs";
import { Deployment } from "./deployment";

/**
 * Resources that are kept in a project: its APIs, which others can use, with the roles of their service agents, and the bucket of Cloud
 * Functions.
 */
const keptIn = (project: string, number: string) => [
    `projects projects/${project}`,
    `IAMMember ${project}/roles/eventarc.serviceAgent/serviceAccount:service-${number}@gcp-sa-eventarc.iam.gserviceaccount.com`,
    ...["artifactregistry", "cloudbuild", "cloudfunctions", "eventarc", "iam", "pubsub", "run", "storage"].map(
        (api) => `Service ${project}/${api}.googleapis.com`,
    ),
    ...["eventarc", "pubsub"].map((api) => `ServiceIdentity projects/${project}/services/${api}.googleapis.com`),
    `buckets gcf-v2-sources-${number}-europe-west1`,
];
const numberOf = (platform: Deployment, project: string) =>
    String(platform.resources().find((each) => each.id === `projects/${project}`)?.properties.number);

describe("the platform in development", () => {
    const platform = Deployment.platform();
    afterAll(() => platform.remove());

    test("is created by one up, and a second up and a refresh change nothing", async () => {
        const { created } = await platform.up("dev");
        expect(created).toBeGreaterThan(40);
        expect(await platform.again("dev")).toEqual({ unchanged: created });
    });

    test("redeploys only the function whose source changed", async () => {
        platform.edit("predict/main.py", (text) => `${text}\n# changed\n`);
        expect(await platform.preview("dev")).toEqual([
            "replace BucketObject predict-archive",
            "update Function predict",
        ]);
        expect(await platform.up("dev")).toMatchObject({ updated: 1, replaced: 1 });
    });

    test("redeploys nothing when a file was only touched", async () => {
        utimesSync(platform.file("predict/main.py"), new Date(), new Date("2020-01-01"));
        expect(await platform.preview("dev")).toEqual([]);
    });

    test("uploads a changed model as one object", async () => {
        platform.edit("models/sale-range.json", (text) => text.replace("{", '{"changed": true, '));
        expect(await platform.upAsPreviewed("dev")).toEqual(["update BucketObject models-sale-range.json"]);
    });

    test("is destroyed, except for what belongs to the project", async () => {
        await platform.destroy("dev");
        const project = "acme-forecast-dev";
        expect(platform.existing()).toEqual(keptIn(project, numberOf(platform, project)));
    });
});

describe("the platform in production", () => {
    const platform = Deployment.platform();
    const project = "acme-forecast-prod";
    afterAll(() => platform.remove());

    test("has minimum instances, and destroy does not empty its buckets", async () => {
        await platform.up("prod");
        const [predict] = platform.resources().filter(({ id }) => id.endsWith("/functions/predict"));
        expect(predict?.properties.serviceConfig).toMatchObject({ minInstanceCount: 1, maxInstanceCount: 100 });
        const bucket = platform.resources().find(({ id }) => id === `${project}-models`);
        expect(bucket?.properties).toMatchObject({ forceDestroy: false, versioning: { enabled: true } });
    });

    test("has no changes at a second up or after a refresh", async () => {
        expect(Object.keys(await platform.again("prod"))).toEqual(["unchanged"]);
    });

    test("refuses destroy, and nothing is lost", async () => {
        const before = platform.existing();
        const { code, output } = await platform.run(["destroy", "-s", "prod", "--yes"]);
        expect(code).not.toBe(0);
        expect(output).toContain("models");
        expect(output).toContain("cannot be deleted");
        expect(platform.existing()).toEqual(before);
    });

    test("is destroyed in two steps: disable protection, then destroy", async () => {
        await platform.succeed(["config", "set", "-s", "prod", "slipway:protection", "off"]);
        await platform.up("prod");
        await platform.destroy("prod");
        expect(platform.existing()).toEqual(keptIn(project, numberOf(platform, project)));
    });
});

test("dev and prod are deployed at the same time, each to its own project", async () => {
    const platform = Deployment.platform();
    const [dev, prod] = await Promise.all([platform.up("dev"), platform.up("prod")]);
    expect(dev).toEqual(prod);
    const named = (project: string) =>
        platform.existing(project).map((each) => each.replaceAll(project, "P").replaceAll(/\d{3,}/g, "N"));
    expect(named("acme-forecast-dev")).toEqual(named("acme-forecast-prod"));
    expect(Object.keys(await platform.up("dev"))).toEqual(["unchanged"]);
    await platform.remove();
});
