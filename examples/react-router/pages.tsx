import { Link, Outlet, useParams } from "react-router";
import { razi } from "./analytics.ts";
import { ConsentDialog } from "./consent-dialog.tsx";

export function Layout() {
  return (
    <>
      <nav>
        <Link to="/">Home</Link> <Link to="/products/77">Product 77</Link> <Link to="/products/78">Product 78</Link>
      </nav>
      <Outlet />
      <ConsentDialog consent={razi.consent} />
    </>
  );
}

export function Home() {
  return <h1>Home</h1>;
}

export function Product() {
  const { sku } = useParams();
  return (
    <>
      <h1>Product {sku}</h1>
      <button type="button" data-razi-label="order">
        Order
      </button>
    </>
  );
}
