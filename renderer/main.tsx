import { createRoot } from 'react-dom/client';
import { bridgeOf } from './bridge.ts';
import { App } from './app.tsx';
import './design/tokens.css';
import './design/primitives.css';
import './frame/frame.css';
import './frame/idle-warning.css';
import './sign-in/sign-in.css';
import './role/role.css';
import './find-patient/find-patient.css';
import './banner/banner.css';
import './sources/sources.css';
import './record/record.css';
import './record/row.css';
import './record/evidence.css';

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no root element.');

// React would print what went wrong, and with it perhaps a piece of a record: the error boundary speaks instead.
const silent = { onCaughtError: () => {}, onUncaughtError: () => {}, onRecoverableError: () => {} };
createRoot(root, silent).render(<App bridge={bridgeOf(window)} />);
