import type { Inputs, TypeRules } from "../../rules/rules";
import { api, fullName, invalid, onService, servicePath } from "./names";
import { findService } from "./services";
import { splitTraffic, verifyTraffic } from "./traffic";

const name = ({ project, service }: Inputs) => fullName(`${servicePath(project, service)}/splitTraffic`);

/** The traffic split of a service. The provider neither reads nor deletes it. */
export const engineSplitTraffic: TypeRules = {
    noun: "ServiceSplitTraffic",
    generatedNoun: "AppEngineServiceSplitTraffic",
    sendsOnlyChanges: true,
    cost: "free",
    api,
    id: ({ project, service }) => servicePath(project, service),
    name,
    verify: (inputs, { cloud }) => {
        // The provider sends empty strings for omitted values.
        if (inputs.migrateTraffic === undefined) {
            throw invalid("Invalid value at 'migrate_traffic' (TYPE_BOOL), \"\"");
        }
        verifyTraffic(inputs, cloud);
    },
    afterStore: (state, { cloud }) => void splitTraffic(state, cloud),
    read: (state, { cloud }) =>
        findService(cloud, state.project, state.service) && cloud.store.read(name(state)) ? state : undefined,
    calls: {
        create: onService,
        read: ["appengine.apps.services.get"],
        update: onService,
        delete: [],
    },
};
