import { createApp } from "vue";
import { createRouter, createWebHistory } from "vue-router";
import { reportView } from "./analytics.ts";
import { App, Home, Product } from "./pages.ts";

const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: "/", component: Home },
    { path: "/products/:sku", component: Product, props: true },
  ],
});

/** `/products/77` is a page of `/products/:sku`. A navigation that was stopped or led to where we are shows nothing new. */
router.afterEach(({ fullPath, matched }, _, failure) => {
  if (!failure) reportView(fullPath.split("#")[0] as string, matched.at(-1)?.path ?? "");
});

createApp(App).use(router).mount("#app");
