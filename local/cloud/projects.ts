import { apiDisabled, GoogleError } from "./errors";
import type { Iam } from "./iam";
import { digits } from "./ids";
import type { Entry, Store } from "./store";

export const projectName = (id: string) => `//cloudresourcemanager.googleapis.com/projects/${id}`;
export const serviceName = (id: string, api: string) => `//serviceusage.googleapis.com/projects/${id}/services/${api}`;

/** The APIs that are on in a new project: "Enabled services by default", and what one needs to switch others on. */
const enabledAtFirst = [
    "cloudapis.googleapis.com",
    "cloudresourcemanager.googleapis.com",
    "logging.googleapis.com",
    "monitoring.googleapis.com",
    "servicemanagement.googleapis.com",
    "serviceusage.googleapis.com",
    "storage-api.googleapis.com",
    "storage-component.googleapis.com",
    "storage.googleapis.com",
];

/** The accounts that come into being when an API is switched on: "Service agents". `N` is the project's number. */
const agentsOf: Record<string, { email: string; role?: string }[]> = {
    "cloudbuild.googleapis.com": [{ email: "service-N@gcp-sa-cloudbuild", role: "roles/cloudbuild.serviceAgent" }],
    "cloudfunctions.googleapis.com": [
        { email: "service-N@gcf-admin-robot", role: "roles/cloudfunctions.serviceAgent" },
    ],
    "cloudscheduler.googleapis.com": [
        { email: "service-N@gcp-sa-cloudscheduler", role: "roles/cloudscheduler.serviceAgent" },
    ],
    "compute.googleapis.com": [{ email: "service-N@compute-system", role: "roles/compute.serviceAgent" }],
    "run.googleapis.com": [{ email: "service-N@serverless-robot-prod", role: "roles/run.serviceAgent" }],
};

/** The projects of the cloud and the APIs that are enabled in each. */
export class Projects {
    constructor(private readonly store: Store) {}

    /** Makes the project that a stack names, as an administrator would have done before, when it is not there yet. */
    admit(id: string): void {
        const number = digits(id, 12);
        const state = { projectId: id, name: id, number };
        if (this.store.create({ name: projectName(id), project: id, id: `projects/${id}`, state })) {
            for (const api of enabledAtFirst) {
                this.store.create({ name: serviceName(id, api), project: id, id: `${id}/${api}`, state: {} });
            }
        }
    }

    find(id: string): Entry | undefined {
        return this.store.read(projectName(id));
    }

    get(id: string): Entry {
        const found = this.find(id);
        if (!found) {
            throw new GoogleError(403, "The caller does not have permission", { reason: "forbidden" });
        }
        return found;
    }

    number(id: string): string {
        return String(this.get(id).state.number);
    }

    /** What happens beside an API's being switched on: its agents appear. */
    enabled(id: string, api: string, iam: Iam): void {
        for (const agent of agentsOf[api] ?? []) {
            const email = `${agent.email.replace("N", this.number(id))}.iam.gserviceaccount.com`;
            iam.admitAgent(id, email);
            if (agent.role) {
                iam.grant(id, projectName(id), { role: agent.role, member: `serviceAccount:${email}` });
            }
        }
    }

    requireApi(id: string, api: string, title: string): void {
        this.get(id);
        if (!this.store.read(serviceName(id, api))) {
            throw apiDisabled(id, api, title);
        }
    }
}
