import { useRoute } from "vitepress";
import DefaultTheme from "vitepress/theme";
import { nextTick, onMounted, watch } from "vue";
import { movedTo } from "./moved.mjs";
import "./style.css";

/**
 * What screen readers cannot tell apart or name: the arrow of a group is a button in a button, of which the outer one remains, and the name
 * of the search does not contain its text.
 */
function nameButtons() {
    document.querySelector(".DocSearch-Button")?.removeAttribute("aria-label");
    for (const arrow of document.querySelectorAll('.VPSidebarItem > .item[role="button"] > .caret')) {
        for (const attribute of ["role", "tabindex", "aria-label"]) {
            arrow.removeAttribute(attribute);
        }
    }
}

export default {
    extends: DefaultTheme,
    setup() {
        const route = useRoute();
        onMounted(nameButtons);
        onMounted(() => {
            const address = movedTo(window.location);
            if (address !== undefined) {
                window.location.replace(address);
            }
        });
        watch(
            () => route.path,
            () => nextTick(nameButtons),
        );
    },
};
