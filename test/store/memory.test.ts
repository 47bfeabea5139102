import { createMemoryStore } from '../../src/store/memory.js';
import { describeStore } from './contract.js';

describeStore('the memory store', async () => createMemoryStore());
