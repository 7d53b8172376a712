import { GoogleError } from "../cloud/errors";
import { policyTypes } from "../rules/policy";
import type { Inputs, Service } from "../rules/rules";

const api = "run.googleapis.com";

export const servicePath = ({ project, location }: Inputs, name: string) =>
    name.includes("/") ? name : `projects/${project}/locations/${location}/services/${name}`;

export const serviceName = (path: string) => `//${api}/${path}`;

/** "Cloud Run locations", which are those of Cloud Run functions too. */
export const regions = [
    "africa-south1",
    "asia-east1",
    "asia-east2",
    "asia-northeast1",
    "asia-northeast2",
    "asia-northeast3",
    "asia-south1",
    "asia-south2",
    "asia-southeast1",
    "asia-southeast2",
    "australia-southeast1",
    "australia-southeast2",
    "europe-central2",
    "europe-north1",
    "europe-north2",
    "europe-southwest1",
    "europe-west1",
    "europe-west10",
    "europe-west12",
    "europe-west2",
    "europe-west3",
    "europe-west4",
    "europe-west6",
    "europe-west8",
    "europe-west9",
    "me-central1",
    "me-central2",
    "me-west1",
    "northamerica-northeast1",
    "northamerica-northeast2",
    "northamerica-south1",
    "southamerica-east1",
    "southamerica-west1",
    "us-central1",
    "us-east1",
    "us-east4",
    "us-east5",
    "us-south1",
    "us-west1",
    "us-west2",
    "us-west3",
    "us-west4",
];

const service: Service = {
    titles: { [api]: "Cloud Run Admin API" },
    types: policyTypes({
        token: "gcp:cloudrunv2/serviceIam",
        property: "name",
        api,
        id: (inputs) => servicePath(inputs, inputs.name),
        name: (inputs) => serviceName(servicePath(inputs, inputs.name)),
        described: (inputs) => `cloudrunv2 service "${servicePath(inputs, inputs.name)}"`,
        missing: (inputs) =>
            new GoogleError(
                404,
                `Resource '${inputs.name.split("/").at(-1)}' of kind 'SERVICE' in region '${inputs.location}' in project '${inputs.project}' does not exist.`,
            ),
    }),
};

export default service;
