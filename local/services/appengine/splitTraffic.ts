import type { Inputs, TypeRules } from "../../rules/rules";
import { api, fullName, invalid, servicePath } from "./names";
import { findService, splitTraffic, verifyTraffic } from "./services";

const name = ({ project, service }: Inputs) => fullName(`${servicePath(project, service)}/splitTraffic`);

/** How the traffic of a service is divided. The provider reads nothing of it, and leaves it as it is in the end. */
export const engineSplitTraffic: TypeRules = {
    noun: "ServiceSplitTraffic",
    generatedNoun: "AppEngineServiceSplitTraffic",
    api,
    id: ({ project, service }) => servicePath(project, service),
    name,
    verify: (inputs, { cloud }) => {
        // The provider sends an empty text for what was not given.
        if (inputs.migrateTraffic === undefined) {
            throw invalid("Invalid value at 'migrate_traffic' (TYPE_BOOL), \"\"");
        }
        verifyTraffic(inputs, cloud);
    },
    stored: (state, { cloud }) => void splitTraffic(state, cloud),
    read: (state, { cloud }) =>
        findService(cloud, state.project, state.service) && cloud.store.read(name(state)) ? state : undefined,
};
