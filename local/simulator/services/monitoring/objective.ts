import { monitoringLimits } from "slipway/facts";
import { GoogleError } from "../../cloud/errors";
import { digits } from "../../cloud/ids";
import { type Context, type Inputs, lastPart, type TypeRules } from "../../rules/rules";

const api = "monitoring.googleapis.com";

const invalid = (message: string) => new GoogleError(400, message);

const generated = (what: string, project: string) => digits(`${what} ${project} ${process.hrtime.bigint()}`, 22);

const serviceName = (project: string, service: unknown) => `//${api}/projects/${project}/services/${lastPart(service)}`;

/** A service of Cloud Monitoring. The API names it by the number of its project. */
export const customService: TypeRules = {
    noun: "Service",
    generatedNoun: "MonitoringService",
    sendsOnlyChanges: true,
    cost: "free",
    api,
    id: ({ name }) => name,
    name: ({ project, serviceId }) => serviceName(project, serviceId),
    verify: ({ serviceId }) => {
        if (serviceId && !/^[a-zA-Z0-9\-_:.]+$/.test(serviceId)) {
            throw invalid(`Field service_id had an invalid value of "${serviceId}".`);
        }
    },
    state: ({ project, serviceId }, { cloud }, old) => {
        const id = old?.serviceId ?? serviceId ?? generated("service", project);
        return { serviceId: id, name: `projects/${cloud.projects.number(project)}/services/${id}` };
    },
    // The words: https://github.com/hashicorp/terraform-provider-google/issues/9340
    verifyRemoval: ({ project, serviceId }, { cloud }) => {
        if (cloud.store.list(`${serviceName(project, serviceId)}/serviceLevelObjectives`).length > 0) {
            throw invalid(`Cannot delete service ${serviceId}: it has service-level objectives.`);
        }
    },
    calls: { collection: "monitoring.services" },
};

/** "TimeSeriesRatio", "DistributionCut". */
function verifyRequests({ goodTotalRatio, distributionCut }: Inputs): void {
    if (goodTotalRatio) {
        const { badServiceFilter, goodServiceFilter, totalServiceFilter } = goodTotalRatio;
        const filters = [badServiceFilter, goodServiceFilter, totalServiceFilter].filter((filter) => filter);
        if (filters.length !== 2) {
            throw invalid("TimeSeriesRatio must specify exactly two of good, bad and total.");
        }
        filters.forEach(verifyTypes);
    }
    if (distributionCut) {
        const { min, max } = distributionCut.range ?? {};
        verifyTypes(distributionCut.distributionFilter);
        if (min === undefined && max === undefined) {
            throw invalid("DistributionCut must specify a range.");
        }
    }
}

/** "Monitoring filters": a filter of an indicator names a metric and a monitored resource. */
function verifyTypes(filter: string): void {
    for (const what of ["metric.type", "resource.type"]) {
        if (!new RegExp(`\\b${what.replace(".", "\\.")}\\s*=\\s*"?[\\w./]+`).test(filter)) {
            throw invalid(`Field filter had an invalid value of "${filter}": must specify a restriction on "${what}".`);
        }
    }
}

function verify(inputs: Inputs, { cloud }: Context): void {
    const { project, service, requestBasedSli, basicSli } = inputs;
    const found = cloud.store.read(serviceName(project, service));
    if (!found) {
        throw new GoogleError(
            404,
            `There is no service with id '${lastPart(service)}' in project '${cloud.projects.number(project)}'`,
        );
    }
    // "Creating an SLO": basic indicators exist for services of Google's platforms only.
    if (basicSli && found.type === "gcp:monitoring/customService:CustomService") {
        throw invalid("Basic SLIs are not supported for custom services.");
    }
    if (requestBasedSli) {
        verifyRequests(requestBasedSli);
    }
}

const { goal: goals } = monitoringLimits.rows;

/** A service-level objective. */
export const objective: TypeRules = {
    noun: "Slo",
    generatedNoun: "MonitoringSlo",
    sendsOnlyChanges: true,
    cost: "free",
    api,
    id: ({ name }) => name,
    name: ({ project, service, sloId }) => `${serviceName(project, service)}/serviceLevelObjectives/${sloId}`,
    validators: {
        goal: (goal) =>
            Number(goal) > 0 && Number(goal) <= goals.max
                ? undefined
                : `goal ${Number(goal).toFixed(6)} must be > 0 and <= ${goals.max}`,
        rollingPeriodDays: (days) =>
            Number(days) >= 1 && Number(days) <= 30
                ? undefined
                : `expected rolling_period_days to be in the range (1 - 30), got ${days}`,
    },
    verify,
    state: ({ project, service, sloId }, { cloud }, old) => {
        const id = old?.sloId ?? sloId ?? generated("objective", project);
        const number = cloud.projects.number(project);
        return { sloId: id, name: `projects/${number}/services/${lastPart(service)}/serviceLevelObjectives/${id}` };
    },
    // A policy on an objective that does not exist never has data: https://docs.cloud.google.com/stackdriver/docs/solutions/slo-monitoring/api/create-policy-api
    verifyRemoval: ({ name, project }, { cloud }) => {
        const policies = cloud.store.list(`//${api}/projects/${project}/alertPolicies`);
        const user = policies.find(({ state }) => JSON.stringify(state.conditions ?? []).includes(`${name}\\"`));
        if (user) {
            throw invalid(`Cannot delete the objective ${name}, which the alerting policy ${user.id} uses.`);
        }
    },
    calls: { collection: "monitoring.services.serviceLevelObjectives" },
};
