import { CloudRunService, type CloudRunServiceArgs } from "slipway";

/** Common parts of tests of Cloud Run services: a service, and its resources. */
export const image = `docker.io/acme/web@sha256:${"0a".repeat(32)}`;

export const serving = (args: object = {}) => new CloudRunService("web", { image, ...args } as CloudRunServiceArgs);

/** Traffic to a revision. */
export const to = (revision: string, percent?: number, tag?: string) => ({
    type: "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION",
    revision,
    ...(percent === undefined ? {} : { percent }),
    ...(tag === undefined ? {} : { tag }),
});

/** The main container of a bare service. */
export const container = {
    name: "web",
    image,
    resources: { limits: { cpu: "1", memory: "512Mi" }, cpuIdle: true, startupCpuBoost: true },
    ports: { containerPort: 8080, name: "http1" },
};

/** The revision of a bare service. */
export const revision = "web-cfc5f147e1";

export const template = {
    containers: [container],
    revision,
    serviceAccount: "web-run@acme-dev.iam.gserviceaccount.com",
    maxInstanceRequestConcurrency: 80,
    sessionAffinity: false,
    timeout: "300s",
    scaling: { minInstanceCount: 0, maxInstanceCount: 3 },
};

/** The resources of a bare service. */
export const made = {
    "Account web-run": { accountId: "web-run", displayName: "Runs the service web" },
    "Service web": {
        name: "web",
        location: "europe-west1",
        project: "acme-dev",
        ingress: "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER",
        invokerIamDisabled: false,
        defaultUriDisabled: false,
        iapEnabled: false,
        deletionProtection: false,
        scaling: { scalingMode: "AUTOMATIC", minInstanceCount: 0, maxInstanceCount: 3 },
        template,
        traffics: [to(revision, 100)],
    },
};

/** A service as the API returns it. */
export interface Deployed {
    created: string;
    ready: string;
    /** Percentages by revision. */
    shares: Record<string, number>;
    previous?: string;
}

/** The answer of the lookup of a service. */
export const found = ({ created, ready, shares, previous }: Deployed) => ({
    latestCreatedRevision: `projects/acme-dev/locations/europe-west1/services/web/revisions/${created}`,
    latestReadyRevision: `projects/acme-dev/locations/europe-west1/services/web/revisions/${ready}`,
    trafficStatuses: [
        ...Object.entries(shares).map(([name, percent]) => ({ revision: name, percent, tag: "" })),
        ...(previous === undefined ? [] : [{ revision: previous, percent: 0, tag: "previous" }]),
    ],
});

/** The mocks of a deployed service. */
export const deployed = (service: Deployed) => ({
    call: (token: string) => (token.endsWith(":getService") ? found(service) : undefined),
});
