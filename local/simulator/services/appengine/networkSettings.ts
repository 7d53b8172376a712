import type { Inputs, TypeRules } from "../../rules/rules";
import { api, fullName, onService, servicePath } from "./names";
import { findService, requireService, setIngress } from "./services";

const name = ({ project, service }: Inputs) => fullName(`${servicePath(project, service)}/networkSettings`);

/** The ingress settings of a service. The provider cannot delete them. */
export const serviceNetworkSettings: TypeRules = {
    noun: "ServiceNetworkSettings",
    generatedNoun: "AppEngineServiceNetworkSettings",
    sendsOnlyChanges: true,
    cost: "free",
    api,
    id: ({ project, service }) => servicePath(project, service),
    name,
    verify: ({ project, service }, { cloud }) => void requireService(cloud, project, service),
    afterStore: (state, { cloud }) => void setIngress(state, cloud),
    read: (state, { cloud }) => {
        const networkSettings = findService(cloud, state.project, state.service)?.state.networkSettings;
        return networkSettings && cloud.store.read(name(state)) ? { ...state, networkSettings } : undefined;
    },
    calls: {
        create: onService,
        read: ["appengine.apps.services.get"],
        update: onService,
        delete: [],
    },
};
