import type { Service } from "../rules/rules";
import { application } from "./appengine/application";
import { applicationUrlDispatchRules } from "./appengine/dispatchRules";
import { domainMapping } from "./appengine/domainMapping";
import { firewallRule, firewallType } from "./appengine/firewallRule";
import { flexibleApi, flexibleAppVersion } from "./appengine/flexible";
import { appEngineApi } from "./appengine/names";
import { serviceNetworkSettings } from "./appengine/networkSettings";
import { engineSplitTraffic } from "./appengine/splitTraffic";
import { standardAppVersion } from "./appengine/standard";
import { flexibleType, standardType } from "./appengine/versions";

const service: Service = {
    titles: Object.fromEntries([appEngineApi, flexibleApi]),
    methods: { appengine: { operations: { "apps.firewall": "", apps: "apps.operations.get" } } },
    types: {
        "gcp:appengine/application:Application": application,
        "gcp:appengine/applicationUrlDispatchRules:ApplicationUrlDispatchRules": applicationUrlDispatchRules,
        "gcp:appengine/domainMapping:DomainMapping": domainMapping,
        "gcp:appengine/engineSplitTraffic:EngineSplitTraffic": engineSplitTraffic,
        [firewallType]: firewallRule,
        [flexibleType]: flexibleAppVersion,
        "gcp:appengine/serviceNetworkSettings:ServiceNetworkSettings": serviceNetworkSettings,
        [standardType]: standardAppVersion,
    },
};

export default service;
